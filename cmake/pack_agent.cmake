# cmake -DAGENT=path -DLEVEL=1..9 -P pack_agent.cmake: the agent as it travels to nodes, named by the digest of what it
# holds, so that a controller never takes a stale one. It packs by itself where this is missing.
file(SHA256 ${AGENT} digest)
file(GLOB stale ${AGENT}-*.gz)
if(stale)
  file(REMOVE ${stale})
endif()
execute_process(COMMAND gzip -n -${LEVEL} -c ${AGENT} OUTPUT_FILE ${AGENT}-${digest}.gz COMMAND_ERROR_IS_FATAL ANY)
