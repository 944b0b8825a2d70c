// Where labs lie, and what keeps several of them on one machine apart.

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/content.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/lab/lab.h"

namespace provisioner::lab {

std::string standard_directory(int number) {
  return "/var/lib/provisioner/lab" + (number == 0 ? "" : "-" + std::to_string(number));
}

std::string number_words(int number) {
  return number == 0 ? "" : " --number " + std::to_string(number);
}

std::string standard_cache_directory() { return "/var/cache/provisioner/lab"; }

std::string standard_definition() {
  return os::parent_of(os::require_content("images/lab/packages"));
}

Settings standard_settings(int number, int nodes) {
  if (number < 0 || number > most_number)
    throw base::Error(base::Kind::usage, "a lab's number is 0 to " + std::to_string(most_number) +
                                             ", not " + std::to_string(number));
  if (nodes < 0 || nodes > most_nodes)
    throw base::Error(base::Kind::usage, "a lab has at most " + std::to_string(most_nodes) +
                                             " nodes, not " + std::to_string(nodes));
  const std::string network = "10.79." + std::to_string(number) + ".";
  Settings settings;
  settings.directory = standard_directory(number);
  settings.cache_directory = standard_cache_directory();
  if (nodes > 0) settings.definition = standard_definition();
  settings.bridge = "provlab" + std::to_string(number);
  settings.gateway = network + "1/24";
  settings.number = number;
  for (int node = 1; node <= nodes; ++node)
    settings.nodes.push_back(
        {(node < 10 ? "n0" : "n") + std::to_string(node), network + std::to_string(10 + node)});
  return settings;
}

}  // namespace provisioner::lab
