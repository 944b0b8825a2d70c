#pragma once

#include <string>
#include <vector>

namespace provisioner::cli {

// A key of ansible.cfg that is obeyed ("defaults.forks"), and the environment variables that stand
// over it.
struct Setting {
  const char* key;
  std::vector<const char*> variables;
};
const std::vector<Setting>& settings();

// Keys and sections that Ansible has and that change nothing here.
std::vector<std::string> idle_setting_names();
// A key whose value would change a run in Ansible and does not here: the value that changes
// nothing, and what holds instead. nullptr for other keys.
struct Departure {
  const char* key;
  const char* usual;
  const char* what_holds;
};
const Departure* departure(const std::string& name);

bool is_idle_section(const std::string& section);

}  // namespace provisioner::cli
