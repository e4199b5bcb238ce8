# How every file is compiled: C17, strict warnings, and arithmetic that gives the same bits on every run.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

set(KILN_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined or thread")
option(KILN_WERROR "Treat warnings as errors" ON)

add_compile_definitions(_GNU_SOURCE)
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
                    -Wpointer-arith -Wundef -Wconversion -Wno-sign-conversion
                    -ffp-contract=off -fno-math-errno -fno-trapping-math -fno-common -fstack-protector-strong)
if(KILN_WERROR)
  add_compile_options(-Werror)
endif()
if(KILN_SANITIZE)
  add_compile_options(-fsanitize=${KILN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KILN_SANITIZE})
endif()
include_directories(${CMAKE_SOURCE_DIR})
find_program(KILN_CCACHE ccache)
if(KILN_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${KILN_CCACHE})
endif()
