# How every file is compiled: C17, strict warnings, and arithmetic that gives the same bits on every run.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

set(KILN_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined or thread")
option(KILN_FUZZ "Build the fuzzers; needs clang" OFF)
if(KILN_FUZZ)
  set(KILN_SANITIZE "fuzzer-no-link,address,undefined")
endif()
option(KILN_WERROR "Treat warnings as errors" ON)

add_compile_definitions(_GNU_SOURCE "KILN_VERSION=\"${PROJECT_VERSION}\"")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
                    -Wpointer-arith -Wundef -Wconversion -Wno-sign-conversion
                    -ffp-contract=off -fno-math-errno -fno-trapping-math -fno-common -fstack-protector-strong)
if(KILN_WERROR)
  add_compile_options(-Werror)
endif()
set(KILN_V4_OPTIONS) # besides -march, for what is compiled with vectors of 64 bytes
if(KILN_SANITIZE)
  add_compile_options(-fsanitize=${KILN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KILN_SANITIZE})
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND KILN_SANITIZE MATCHES "address")
    # Frames that are watched after their return lie on 32 bytes, vectors of 64 bytes need more (gcc before 14).
    set(KILN_V4_OPTIONS --param=asan-use-after-return=0)
  endif()
  if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-Wno-pass-failed) # Loops that are watched are not vectorised.
  endif()
endif()
include_directories(${CMAKE_SOURCE_DIR})
find_program(KILN_CCACHE ccache)
if(KILN_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${KILN_CCACHE})
endif()
