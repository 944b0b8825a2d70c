# The warnings every room is compiled with, and the sanitizers of the asan preset.
option(PROVISIONER_SANITIZE "build with the address and undefined-behaviour sanitizers" OFF)

add_library(provisioner_warnings INTERFACE)
target_compile_options(provisioner_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
# GCC 12 sees overlaps in literal + std::string that are not there when it optimizes (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(provisioner_warnings INTERFACE -Wno-restrict)
endif()

add_compile_options(-ffunction-sections -fdata-sections)
if(PROVISIONER_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
