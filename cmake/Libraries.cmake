# Every third-party library, found once.  Which folder may include which is checked by tests/lint.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua5.4)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(DEFLATE REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
if(KILN_TESTS)
  pkg_check_modules(CHECK REQUIRED IMPORTED_TARGET check)
  pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
endif()
find_library(CSV_LIBRARY csv REQUIRED)
# Debian calls it after the serial build, others do not.
pkg_search_module(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial hdf5)

# The pthread build of OpenBLAS: the serial one gives wrong results when two threads use it at once.
find_library(OPENBLAS_LIBRARY openblas PATH_SUFFIXES openblas-pthread REQUIRED)
find_path(OPENBLAS_INCLUDE cblas.h PATH_SUFFIXES openblas-pthread REQUIRED)

# For kilnd --version.
set(KILN_LIBRARIES "libmicrohttpd ${MICROHTTPD_VERSION}, cJSON ${CJSON_VERSION}, libarchive ${ARCHIVE_VERSION}, \
libpq ${PQ_VERSION}, Lua ${LUA_VERSION}, libcrypto ${CRYPTO_VERSION}, zlib ${ZLIB_VERSION}, \
libdeflate ${DEFLATE_VERSION}, HDF5 ${HDF5_VERSION}")
