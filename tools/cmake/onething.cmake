# The house's build functions. Every folder says what it is in one line; options, warnings,
# sanitizers and precompiled headers are the same for all.
#
#   onething_library(codes DEPS onething::base)
#       every *.cc of the folder but *_test.cc → onething::codes,
#       every *_test.cc → the program codes_test, a ctest of that name
#   onething_service(catalogue DEPS …)
#       the same without main.cc → onething::catalogue,
#       main.cc → the program onething-catalogue
#   onething_program(onething DEPS …)
#       every *.cc of the folder but *_test.cc → a program
#   onething_test(contract DEPS … [TIMEOUT s])
#       every *.cc of the folder → the program contract_test
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(ONETHING_SANITIZE "" CACHE STRING "Value of -fsanitize=, empty for none")
option(ONETHING_FUZZ "Build the libFuzzer targets (clang)" OFF)
option(ONETHING_CLANG_TIDY "Run clang-tidy with every compilation" OFF)

find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(Catch2 2 CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)

# ccache, where present, halves a second clean build; the sloppiness is what it needs to take
# precompiled headers.
find_program(ONETHING_CCACHE ccache)
if(ONETHING_CCACHE AND NOT ONETHING_CLANG_TIDY)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${ONETHING_CCACHE})
endif()
find_program(ONETHING_LLD ld.lld)
if(ONETHING_LLD)
  add_link_options(-fuse-ld=lld)
endif()
# Programs name the libraries they use, not all that those might use.
add_link_options(-Wl,--as-needed)
if(ONETHING_SANITIZE)
  add_compile_options(-fsanitize=${ONETHING_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ONETHING_SANITIZE})
endif()
if(ONETHING_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(ONETHING_CLANG_TIDY)
  set(CMAKE_CXX_CLANG_TIDY clang-tidy)
endif()

# What every target of ours is compiled with. Third-party headers arrive through SYSTEM includes.
add_library(onething_options INTERFACE)
target_include_directories(onething_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(onething_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wno-missing-field-initializers -Werror)
# GCC 12 reports maybe-uninitialized inside std::optional and std::function under sanitizers, and
# array-bounds inside std::string in a release; false there.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(onething_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict
                                                    -Wno-array-bounds)
endif()
target_link_libraries(onething_options INTERFACE Threads::Threads)

# Two precompiled headers: one for code that speaks gRPC or protobuf, one more with Catch2 for the
# tests.
function(onething_add_pch name)
  file(WRITE "${CMAKE_BINARY_DIR}/pch/${name}.cc" "// Carries the precompiled header.\n")
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/pch/${name}.cc")
  target_link_libraries(${name} PRIVATE
      onething_options gRPC::grpc++ protobuf::libprotobuf absl::status absl::statusor absl::strings
      absl::time absl::btree absl::flat_hash_map Catch2::Catch2)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()
set(ONETHING_PCH_HEADERS
    <grpcpp/grpcpp.h> <google/protobuf/message.h> <google/protobuf/timestamp.pb.h>
    <google/protobuf/duration.pb.h> <absl/status/statusor.h> <absl/strings/str_cat.h>
    <absl/time/time.h> <absl/container/btree_map.h> <absl/container/flat_hash_map.h>
    <functional> <map> <memory> <optional> <string> <vector>)
onething_add_pch(onething_pch ${ONETHING_PCH_HEADERS})
onething_add_pch(onething_test_pch ${ONETHING_PCH_HEADERS} <catch2/catch.hpp>)

# Subfolders that have a CMakeLists.txt, in the order of their names.
function(onething_add_subdirectories folder)
  file(GLOB lists CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*/CMakeLists.txt")
  foreach(list IN LISTS lists)
    cmake_path(GET list PARENT_PATH path)
    add_subdirectory("${path}")
  endforeach()
endfunction()

function(onething_sources_ out_sources out_tests)
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  set(${out_sources} ${sources} PARENT_SCOPE)
  set(${out_tests} ${tests} PARENT_SCOPE)
endfunction()

function(onething_register_test target timeout)
  add_test(NAME ${target} COMMAND ${target} --durations no WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set(suppressions "${CMAKE_SOURCE_DIR}/tools/cmake/lsan.supp")
  set(environment
      "ASAN_OPTIONS=detect_leaks=1:abort_on_error=0"
      "LSAN_OPTIONS=suppressions=${suppressions}:print_suppressions=0"
      "UBSAN_OPTIONS=print_stacktrace=1")
  set_tests_properties(${target} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${environment}")
endfunction()

# A test program from a list of files, linked with what it tests.
function(onething_test_program_ target timeout)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE onething_options ${arg_DEPS} gRPC::grpc++ absl::btree
                                          absl::flat_hash_map Catch2::Catch2WithMain)
  target_precompile_headers(${target} REUSE_FROM onething_test_pch)
  onething_register_test(${target} ${timeout})
endfunction()

function(onething_library name)
  cmake_parse_arguments(arg "" "TEST_TIMEOUT" "DEPS;TEST_DEPS" ${ARGN})
  if(NOT arg_TEST_TIMEOUT)
    set(arg_TEST_TIMEOUT 300)
  endif()
  onething_sources_(sources tests)
  set(target onething_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC onething_options ${arg_DEPS}
                                    PRIVATE gRPC::grpc++ absl::btree absl::flat_hash_map)
    target_precompile_headers(${target} REUSE_FROM onething_pch)
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE onething_options ${arg_DEPS})
  endif()
  add_library(onething::${name} ALIAS ${target})
  if(tests)
    onething_test_program_(${name}_test ${arg_TEST_TIMEOUT}
                           SOURCES ${tests} DEPS ${target} ${arg_TEST_DEPS})
  endif()
endfunction()

# Memory is often freed by another thread than took it, for which the C library's allocator is
# slow. Sanitizers bring their own.
add_library(onething_allocator INTERFACE)
if(NOT ONETHING_SANITIZE AND NOT ONETHING_FUZZ)
  find_library(ONETHING_TCMALLOC tcmalloc_minimal REQUIRED)
  target_link_libraries(onething_allocator INTERFACE "${ONETHING_TCMALLOC}")
endif()

add_custom_target(onething_programs)

function(onething_service name)
  cmake_parse_arguments(arg "" "" "DEPS;TEST_DEPS" ${ARGN})
  onething_sources_(sources tests)
  list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/main.cc")
  add_library(onething_${name} STATIC ${sources})
  target_link_libraries(onething_${name} PUBLIC
      onething_options ${arg_DEPS} gRPC::grpc++ absl::btree absl::flat_hash_map)
  target_precompile_headers(onething_${name} REUSE_FROM onething_pch)
  add_library(onething::${name} ALIAS onething_${name})
  add_executable(onething-${name} main.cc)
  target_link_libraries(onething-${name} PRIVATE onething_allocator onething_${name})
  target_precompile_headers(onething-${name} REUSE_FROM onething_pch)
  add_dependencies(onething_programs onething-${name})
  if(tests)
    onething_test_program_(${name}_test 300
                           SOURCES ${tests} DEPS onething_${name} ${arg_TEST_DEPS})
  endif()
endfunction()

function(onething_program name)
  cmake_parse_arguments(arg "" "" "DEPS;TEST_DEPS" ${ARGN})
  onething_sources_(sources tests)
  list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/main.cc")
  add_library(onething_${name}_program STATIC ${sources})
  target_link_libraries(onething_${name}_program PUBLIC
      onething_options ${arg_DEPS} gRPC::grpc++ absl::btree absl::flat_hash_map)
  target_precompile_headers(onething_${name}_program REUSE_FROM onething_pch)
  add_executable(${name} main.cc)
  target_link_libraries(${name} PRIVATE onething_allocator onething_${name}_program)
  target_precompile_headers(${name} REUSE_FROM onething_pch)
  add_dependencies(onething_programs ${name})
  if(tests)
    onething_test_program_(${name}_cli_test 300
                           SOURCES ${tests} DEPS onething_${name}_program ${arg_TEST_DEPS})
  endif()
endfunction()

function(onething_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "DEPS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  onething_test_program_(${name}_test ${arg_TIMEOUT} SOURCES ${sources} DEPS ${arg_DEPS})
endfunction()
