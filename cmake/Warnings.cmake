# The warnings every room is compiled with, and the sanitizers of the asan preset.
option(PROVISIONER_SANITIZE "build with the address and undefined-behaviour sanitizers" OFF)

add_library(provisioner_warnings INTERFACE)
# Files that are compiled as one (cmake/Room.cmake) may use a name of each other's.
set(shadow $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>)
# Errors for us; whoever builds the release has another compiler, and need not mend what that one thinks.
target_compile_options(provisioner_warnings INTERFACE
  -Wall -Wextra -Wpedantic ${shadow} -Wconversion $<$<NOT:$<CONFIG:Release>>:-Werror>)
# GCC 12 sees overlaps and overflows in literal + std::string that are not there when it optimizes (its bugs 105651, 105329),
# and variants that would be read uninitialized (its bug 105562 and others); the debug build still looks for those.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(provisioner_warnings INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds
    $<$<CONFIG:Release>:-Wno-maybe-uninitialized -Wno-stringop-overread>)
endif()

add_compile_options(-ffunction-sections -fdata-sections)
if(PROVISIONER_SANITIZE)
  # Without the checks of every pointer: null ones and dangling ones end in the address sanitizer as well, and files compile
  # in two thirds of the time.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment,object-size,vptr,nonnull-attribute
    -fno-sanitize=returns-nonnull-attribute -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# The standard library and fmt are read once for all files, not once a file. -fpch-preprocess lets ccache see through it.
add_compile_options(-fpch-preprocess)
function(precompile name)
  add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/headers.cpp)
  target_link_libraries(${name} PRIVATE provisioner_warnings)
  target_precompile_headers(${name} PRIVATE
    <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <string> <string_view>
    <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
endfunction()
precompile(provisioner_headers)

# What travels to nodes is made small: the rooms of the floor `node`, whose headers are precompiled likewise.
set(small $<$<CONFIG:Release>:-Os>)
precompile(provisioner_node_headers)
target_compile_options(provisioner_node_headers PRIVATE ${small})
