# The mains. The agent is static: it must run on any node, and the linker refuses calls into NSS.
function(executable name main)
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${main})
    return()
  endif()
  add_executable(${name} ${main})
  target_link_libraries(${name} PRIVATE provisioner_warnings ${ARGN})
  target_link_options(${name} PRIVATE -Wl,--gc-sections)
endfunction()

# It travels: no symbols, its relocations take few bytes, and pieces of like names, which are much alike, stand together:
# packed, that is 20 KB less.
function(make_static name)
  if(NOT TARGET ${name} OR PROVISIONER_SANITIZE)
    return()
  endif()
  set_target_properties(${name} PROPERTIES IS_STATIC_PROGRAM ON)
  target_link_options(${name} PRIVATE -static-pie -Wl,--fatal-warnings -Wl,-z,pack-relative-relocs
                                      -Wl,--sort-section=name
                                      $<$<CONFIG:Release>:-s>)
endfunction()

executable(provisioner-agent node/agent/agent_main.cpp provisioner::agent)
make_static(provisioner-agent)

# The first process of the RAM disk that nodes are installed from; packed with all of that.
executable(provisioner-deploy node/deploy/deploy_main.cpp provisioner::deploy)
make_static(provisioner-deploy)

if(TARGET provisioner-agent)
  add_custom_command(TARGET provisioner-agent POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DAGENT=$<TARGET_FILE:provisioner-agent> -DLEVEL=$<IF:$<CONFIG:Release>,9,1>
            -P ${PROJECT_SOURCE_DIR}/cmake/pack_agent.cmake)
endif()

executable(provisioner front/program/provisioner_main.cpp provisioner::program)
target_link_options(provisioner PRIVATE ${FAST_LINKER})
if(NOT PROVISIONER_SANITIZE)
  # Thousands of symbols that need not be looked up at each start: a quarter of it.
  target_link_options(provisioner PRIVATE -static-libstdc++ -static-libgcc)
endif()
