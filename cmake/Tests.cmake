# kiln_test(NAME source... LIBRARIES target...): one Check program, left in build/tests/NAME and run by ctest.
set(KILN_TEST_FOLDER ${CMAKE_BINARY_DIR}/tests)
function(kiln_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL" "LIBRARIES")
  add_executable(test_${name} ${test_UNPARSED_ARGUMENTS})
  target_link_libraries(test_${name} PRIVATE ${test_LIBRARIES} kiln_suites)
  target_compile_options(test_${name} PRIVATE -Wno-missing-prototypes -Wno-conversion -Wno-format-nonliteral)
  set_target_properties(test_${name} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${KILN_TEST_FOLDER})
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${test_LABEL}"
                       ENVIRONMENT "KILN_SOURCE=${CMAKE_SOURCE_DIR};KILN_BUILD=${CMAKE_BINARY_DIR};ASAN_OPTIONS=allocator_may_return_null=1;TSAN_OPTIONS=allocator_may_return_null=1")
endfunction()
