// The lab without the command line around it: `lab_tool NUMBER up N [python|cluster] | status |
// down | power NODE on|off`; "lab" is number 0, "oracle" is number 1, with python. Stands in for
// `provisioner lab` where a test must not depend on the front.

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
  if (words.at(1) == "supervise") {
    lab::supervise(words.at(3), words.at(4));
    return 0;
  }
  const int number = words.at(0) == "lab"      ? 0
                     : words.at(0) == "oracle" ? 1
                                               : std::stoi(words.at(0));
  const std::string directory = lab::standard_directory(number);
  const auto say = [](const std::string& text) { std::cout << text << std::endl; };
  if (words.at(1) == "up") {
    lab::Settings settings = lab::standard_settings(number, std::stoi(words.at(2)));
    settings.has_python = words.at(0) == "oracle" || words.back() == "python";
    settings.is_cluster = words.back() == "cluster";
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
