# The sanitized build compiles several files of a target as one, in half the time. All other builds
# compile each by itself.
function(join_files target)
  if(PROVISIONER_SANITIZE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 5)
  endif()
endfunction()

# room(FLOOR/ROOM [BESIDE room...] [USES room...] [WITH library...] [JOINED])
# One folder of provisioner/ as one static library. USES names rooms of lower floors, BESIDE rooms of
# the same floor, WITH the third-party libraries that only this room may include.
# JOINED: no two of its files use one name without linkage, so that they may be joined.
# tests/layers.py reads these calls and holds every #include against them.
function(room path)
  cmake_parse_arguments(ROOM "JOINED" "" "BESIDE;USES;WITH" ${ARGN})
  get_filename_component(name ${path} NAME)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${path}/*.cpp
       ${CMAKE_CURRENT_SOURCE_DIR}/${path}/*/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_main\\.cpp$")
  set(lower ${ROOM_BESIDE} ${ROOM_USES})
  list(TRANSFORM lower PREPEND provisioner::)
  if(NOT sources)
    add_library(provisioner_${name} INTERFACE)
    add_library(provisioner::${name} ALIAS provisioner_${name})
    target_include_directories(provisioner_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(provisioner_${name} INTERFACE ${lower})
    return()
  endif()
  add_library(provisioner_${name} STATIC ${sources})
  add_library(provisioner::${name} ALIAS provisioner_${name})
  target_include_directories(provisioner_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(provisioner_${name}
    PUBLIC ${lower}
    PRIVATE provisioner_warnings ${ROOM_WITH})
  if(ROOM_JOINED)
    join_files(provisioner_${name})
  endif()
  if(path MATCHES "^node/")
    target_compile_options(provisioner_${name} PRIVATE ${small})
    target_precompile_headers(provisioner_${name} REUSE_FROM provisioner_node_headers)
  else()
    target_precompile_headers(provisioner_${name} REUSE_FROM provisioner_headers)
  endif()
endfunction()
