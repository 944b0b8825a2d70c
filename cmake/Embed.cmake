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
