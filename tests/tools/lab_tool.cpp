// The lab without the command line around it: `lab_tool lab up N [python] | status | down | power
// NODE on|off`. Stands in for `provisioner lab` where a test must not depend on the front.

#include <iostream>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/machine/lab/lab.h"

namespace lab = provisioner::lab;

namespace {

void print(const lab::Status& status) {
  for (const lab::NodeStatus& node : status.nodes)
    std::cout << node.node.name << " " << node.node.address << " "
              << (node.is_alive ? "alive" : "gone") << " "
              << (node.power == lab::Power::on ? "on" : "off") << " "
              << (node.answers ? "answers" : "silent") << "\n";
  std::cout << "user " << status.user << " key " << status.key_file << " known_hosts "
            << status.known_hosts_file << "\n";
}

int act(const std::vector<std::string>& words) {
  const bool is_oracle = words.at(0) == "oracle";
  const std::string directory = lab::standard_directory() + (is_oracle ? "-oracle" : "");
  const std::string network = is_oracle ? "10.79.1." : "10.79.0.";
  const auto say = [](const std::string& text) { std::cout << text << std::endl; };
  if (words.at(1) == "supervise") {
    lab::supervise(words.at(3), words.at(4));
  } else if (words.at(1) == "up") {
    lab::Settings settings{.directory = directory,
                           .cache_directory = lab::standard_cache_directory(),
                           .definition = lab::standard_definition(),
                           .nodes = {}};
    settings.has_python = is_oracle;
    settings.bridge = is_oracle ? "provlab1" : "provlab0";
    settings.gateway = network + "1/24";
    for (int number = 1; number <= std::stoi(words.at(2)); ++number)
      settings.nodes.push_back({(number < 10 ? "n0" : "n") + std::to_string(number),
                                network + std::to_string(10 + number)});
    print(lab::up(settings, say));
  } else if (words.at(1) == "status") {
    print(lab::status(directory));
  } else if (words.at(1) == "down") {
    lab::down(directory, say);
  } else {
    lab::power(directory, words.at(2), words.at(3) == "on" ? lab::Power::on : lab::Power::off);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return act(std::vector<std::string>(arguments + 1, arguments + count));
  } catch (const provisioner::base::Error& error) {
    std::cerr << error.render() << "\n";
    return 1;
  }
}
