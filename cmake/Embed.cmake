# embed_text(ROOM FLOOR/ROOM/.../NAME.EXTENSION)
# A text of the sources inside the program, as `std::string_view provisioner::ROOM::NAME()`: whoever edits it has a file
# of its own kind. A header of that name declares the function.
function(embed_text room path)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${path})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  get_filename_component(name ${path} NAME_WE)
  string(REGEX REPLACE "\\.[^.]*$" ".h" header provisioner/${path})
  file(READ ${source} text)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${made} @ONLY CONTENT [[
#include "@header@"

namespace provisioner::@room@ {

std::string_view @name@() {
  return R"embedded(@text@)embedded";
}

}  // namespace provisioner::@room@
]])
  target_sources(provisioner_${room} PRIVATE ${made})
endfunction()

# embed_texts(ROOM FLOOR/ROOM/FOLDER FUNCTION)
# All texts of a folder inside the program, as `std::string_view provisioner::ROOM::FUNCTION(std::string_view name)`, each by
# its name without ending. The header FUNCTIONs.h beside the folder declares it.
function(embed_texts room folder function)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.*)
  set(entries "")
  foreach(source IN LISTS sources)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    get_filename_component(name ${source} NAME_WE)
    file(READ ${source} text)
    string(APPEND entries "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
  endforeach()
  get_filename_component(above ${folder} DIRECTORY)
  set(header provisioner/${above}/${function}s.h)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${function}s.cpp)
  file(CONFIGURE OUTPUT ${made} @ONLY CONTENT [[
#include "@header@"

#include "provisioner/base/base/error.h"

namespace provisioner::@room@ {
namespace {

struct Text {
  std::string_view name, text;
};
constexpr Text texts[] = {
@entries@};

}  // namespace

std::string_view @function@(std::string_view name) {
  for (const Text& one : texts)
    if (one.name == name) return one.text;
  throw base::Error(base::Kind::bug, "there is no text '" + std::string(name) + "'");
}

}  // namespace provisioner::@room@
]])
  target_sources(provisioner_${room} PRIVATE ${made})
endfunction()
