# The mains. The agent is static: it must run on any node, and the linker refuses calls into NSS.
function(executable name main)
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${main})
    return()
  endif()
  add_executable(${name} ${main})
  target_link_libraries(${name} PRIVATE provisioner_warnings ${ARGN})
  target_link_options(${name} PRIVATE -Wl,--gc-sections)
endfunction()

executable(provisioner-agent node/agent/agent_main.cpp provisioner::agent)
if(TARGET provisioner-agent AND NOT PROVISIONER_SANITIZE)
  set_target_properties(provisioner-agent PROPERTIES IS_STATIC_PROGRAM ON)
  # It travels: no symbols, and its relocations take few bytes.
  target_link_options(provisioner-agent PRIVATE -static-pie -Wl,--fatal-warnings -Wl,-z,pack-relative-relocs
                                                $<$<CONFIG:Release>:-s>)
endif()

if(TARGET provisioner-agent)
  add_custom_command(TARGET provisioner-agent POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DAGENT=$<TARGET_FILE:provisioner-agent> -DLEVEL=$<IF:$<CONFIG:Release>,9,1>
            -P ${PROJECT_SOURCE_DIR}/cmake/pack_agent.cmake)
endif()

executable(provisioner front/cli/provisioner_main.cpp provisioner::cli)
