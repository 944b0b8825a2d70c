# cmake -DAGENT=path -DLEVEL=1..9 -P pack_agent.cmake: the agent as it travels to nodes, named by the digest of what it
# holds, so that a controller never takes a stale one. It packs by itself where this is missing.
file(SHA256 ${AGENT} digest)
file(GLOB stale ${AGENT}-*.gz)
if(stale)
  file(REMOVE ${stale})
endif()
execute_process(COMMAND gzip -n -${LEVEL} -c ${AGENT} OUTPUT_FILE ${AGENT}-${digest}.gz COMMAND_ERROR_IS_FATAL ANY)

# Small enough to be sent to every node at once; a debug build is not meant to be.
file(SIZE ${AGENT}-${digest}.gz bytes)
if(LEVEL EQUAL 9 AND bytes GREATER 1572864)
  file(REMOVE ${AGENT}-${digest}.gz)
  message(FATAL_ERROR "the agent has ${bytes} bytes when packed, at most 1.5 MiB (1572864) are allowed")
endif()
