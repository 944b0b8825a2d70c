#pragma once

#include <string>

namespace provisioner::transport {

// Where the agent lies: the path given, or beside our own executable. Throws Error(failed) where
// there is none.
std::string find_agent(const std::string& given);

std::string agent_digest(const std::string& path);         // read once a process
const std::string& packed_agent(const std::string& path);  // packed once a process

// Brings the agent of that digest to life on a node: the command for any login shell, and the
// script that its standard input begins with. It says `marker` on a line; then it is the agent, if
// need be after asking by a line "need DIRECTORY" for a line with the number of packed bytes and
// those bytes. It gives up with "failed REASONS".
std::string agent_command(const std::string& marker, const std::string& digest);
std::string agent_script();

}  // namespace provisioner::transport
