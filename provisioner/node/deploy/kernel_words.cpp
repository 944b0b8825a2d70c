// The words of /proc/cmdline that are ours.
#include "provisioner/node/deploy/kernel_words.h"

#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;

constexpr std::string_view ours = "provisioner.";

std::map<std::string, std::string> words_in(std::string_view command_line) {
  std::map<std::string, std::string> words;
  for (const std::string& word : base::split(base::trim(command_line), ' ')) {
    const std::size_t equals = word.find('=');
    if (!word.starts_with(ours) || equals == word.npos) continue;
    const std::string name = word.substr(ours.size(), equals - ours.size());
    if (!words.emplace(name, word.substr(equals + 1)).second)
      throw Error(Kind::input, "the kernel's command line has 'provisioner." + name + "' twice");
  }
  return words;
}

std::string required(const std::map<std::string, std::string>& words, const std::string& name) {
  const auto found = words.find(name);
  if (found == words.end() || found->second.empty())
    throw Error(Kind::input, "the kernel's command line has no 'provisioner." + name + "'")
        .set_hint("the boot service's script gives it; was this RAM disk started by hand?");
  return found->second;
}

std::string mac_from(const std::string& text) {
  const std::string mac = base::lower_case(text);
  constexpr std::string_view digits = "0123456789abcdef";
  bool is_mac = mac.size() == 17;
  for (std::size_t i = 0; is_mac && i < mac.size(); ++i)
    is_mac = i % 3 == 2 ? mac[i] == ':' : digits.find(mac[i]) != digits.npos;
  if (!is_mac) throw Error(Kind::input, "'" + text + "' in 'provisioner.mac' is no MAC address");
  return mac;
}

// Of a word that has one value, or is absent.
bool is_asked(const std::map<std::string, std::string>& words, const std::string& name,
              const std::string& only) {
  const auto found = words.find(name);
  if (found == words.end()) return false;
  if (found->second == only) return true;
  throw Error(Kind::input,
              "'" + found->second + "' in 'provisioner." + name + "' is nothing that is known")
      .set_hint("there is: " + only);
}

}  // namespace

KernelWords kernel_words(std::string_view command_line) {
  const auto words = words_in(command_line);
  KernelWords found;
  found.server = required(words, "server");
  found.token = base::Secret(required(words, "token"));
  found.mac = mac_from(required(words, "mac"));
  found.address = required(words, "address");
  if (found.address.find('/') == std::string::npos)
    throw Error(Kind::input,
                "'" + found.address + "' in 'provisioner.address' has no '/' and prefix");
  if (const auto gateway = words.find("gateway"); gateway != words.end())
    found.gateway = gateway->second;
  found.wants_links = is_asked(words, "links", "all");
  found.listens = is_asked(words, "look", "lldp");
  return found;
}

}  // namespace provisioner::deploy
