// From an endpoint, a user's ssh configuration and option words to what a connection needs.

#include "provisioner/engine/transport/ssh_settings.h"

#include <pwd.h>
#include <unistd.h>

#include <mutex>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/engine/transport/link.h"

namespace provisioner::transport {
namespace {

constexpr std::string_view switches_with_value = "BbcDEeFIiJLlmOopQRSWw";

// As ssh has it: of the account, whatever HOME says.
std::string home() {
  static const std::string directory = [] {
    const passwd* account = ::getpwuid(::geteuid());
    return account != nullptr ? std::string(account->pw_dir) : os::home_directory();
  }();
  return directory;
}

std::string expand_home(const std::string& path) {
  return path == "~" || path.starts_with("~/") ? home() + path.substr(1) : path;
}

// "Key=value", "Key value", "Key = value"; quotes around the value go.
void add_option(Directives& directives, std::string_view option) {
  const std::size_t end = option.find_first_of("= \t");
  if (end == std::string_view::npos) return;
  std::string_view value = base::trim(option.substr(end + 1));
  if (value.starts_with('=')) value = base::trim(value.substr(1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  directives.emplace(base::lower_case(option.substr(0, end)), value);
}

const char* keyword_of(char flag) {
  switch (flag) {
    case 'i':
      return "identityfile";
    case 'J':
      return "proxyjump";
    case 'l':
      return "user";
    case 'p':
      return "port";
    case 'c':
      return "ciphers";
    case 'm':
      return "macs";
    case 'F':
      return "-F";
    default:
      return nullptr;
  }
}

// Keywords of ssh_config that change nothing for us; a file with only these need not be asked for.
bool is_harmless(const std::string& keyword) {
  static const std::set<std::string> harmless = {"host",
                                                 "sendenv",
                                                 "hashknownhosts",
                                                 "gssapiauthentication",
                                                 "forwardx11",
                                                 "forwardx11trusted",
                                                 "visualhostkey",
                                                 "include",
                                                 "controlmaster",
                                                 "controlpath",
                                                 "controlpersist",
                                                 "serveraliveinterval",
                                                 "serveralivecountmax",
                                                 "loglevel"};
  return harmless.contains(keyword);
}

bool says_something(const std::string& path) {
  const std::string text = os::read_file(path).value_or("");
  for (std::string_view line : base::lines_of(text)) {
    line = base::trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    const std::string keyword = base::lower_case(line.substr(0, line.find_first_of("= \t")));
    if (!is_harmless(keyword)) return true;
    if (keyword == "host" && base::trim(line.substr(4)) != "*") continue;
    if (keyword != "include") continue;
    std::string pattern(base::trim(line.substr(7)));
    if (!pattern.starts_with('/') && !pattern.starts_with('~'))
      pattern = os::join_path(os::parent_of(path), pattern);
    for (const std::string& included : os::glob(expand_home(pattern)))
      if (says_something(included)) return true;
  }
  return false;
}

Directives ask_ssh(const std::vector<std::string>& words, const std::string& host,
                   const std::string& node) {
  static std::mutex mutex;
  static std::map<std::vector<std::string>, Directives> answers;
  std::vector<std::string> argv = {"ssh", "-G"};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.insert(argv.end(), {"--", host});
  {
    const std::lock_guard guard(mutex);
    const auto known = answers.find(argv);
    if (known != answers.end()) return known->second;
  }
  const os::CommandResult result = os::run({.argv = argv, .deadline = std::chrono::seconds(10)});
  if (result.status != 0)
    throw base::Error(base::Kind::unreachable,
                      node + ": the ssh configuration cannot be read: " + shown(result.err));
  const std::lock_guard guard(mutex);
  return answers[argv] = directives_of_lines(result.out);
}

class Reading {
 public:
  explicit Reading(Directives directives) : directives_(std::move(directives)) {}

  std::string first(const std::string& keyword, const std::string& otherwise = "") const {
    const auto found = directives_.lower_bound(keyword);
    return found != directives_.end() && found->first == keyword ? found->second : otherwise;
  }
  bool is_on(const std::string& keyword) const { return base::lower_case(first(keyword)) == "yes"; }
  std::vector<std::string> all(const std::string& keyword) const {
    std::vector<std::string> values;
    const auto [begin, end] = directives_.equal_range(keyword);
    for (auto at = begin; at != end; ++at) values.push_back(at->second);
    return values;
  }

 private:
  Directives directives_;
};

// "none" is ssh's word for: not set.
std::string or_none(const std::string& value) {
  return base::lower_case(value) == "none" ? "" : value;
}

HostKeyRules host_key_rules(const Reading& reading, const Access& access) {
  HostKeyRules rules;
  const std::string strict = base::lower_case(reading.first("stricthostkeychecking", "ask"));
  if (!access.check_host_key || strict == "no" || strict == "off" || strict == "false")
    rules.check = HostKeyCheck::off;
  else if (strict == "accept-new")
    rules.check = HostKeyCheck::accept_new;
  rules.alias = or_none(reading.first("hostkeyalias"));
  const std::string user_files =
      reading.first("userknownhostsfile", "~/.ssh/known_hosts ~/.ssh/known_hosts2");
  const std::string files =
      user_files + " " +
      reading.first("globalknownhostsfile", "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2");
  for (const std::string& file : base::shell_split(files))
    if (base::lower_case(file) != "none") rules.known_hosts_files.push_back(expand_home(file));
  return rules;
}

std::string program_reason(const Reading& reading, const Directives& words) {
  if (!or_none(reading.first("proxycommand")).empty()) return "ProxyCommand";
  if (!or_none(reading.first("pkcs11provider")).empty()) return "PKCS11Provider";
  const Reading given(words);
  if (given.is_on("gssapiauthentication")) return "GSSAPIAuthentication";
  for (const std::string& file : given.all("identityfile"))
    if (os::read_file(expand_home(file) + ".pub").value_or("").starts_with("sk-"))
      return "a security key";
  return "";
}

}  // namespace

Directives directives_of(const std::vector<std::string>& words) {
  Directives directives;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word.size() < 2 || word[0] != '-') continue;
    const char flag = word[1];
    if (switches_with_value.find(flag) == std::string_view::npos) continue;
    std::string value = word.substr(2);
    if (value.empty() && at + 1 < words.size()) value = words[++at];
    if (flag == 'o')
      add_option(directives, value);
    else if (const char* keyword = keyword_of(flag))
      directives.emplace(keyword, value);
  }
  return directives;
}

Directives directives_of_lines(std::string_view text) {
  Directives directives;
  for (const std::string_view line : base::lines_of(text)) add_option(directives, line);
  return directives;
}

bool has_configuration(const std::vector<std::string>& words) {
  if (directives_of(words).contains("-F")) return true;
  return says_something(home() + "/.ssh/config") || says_something("/etc/ssh/ssh_config");
}

SshSettings ssh_settings(const Endpoint& endpoint, const Access& access) {
  std::vector<std::string> words = access.ssh_options;
  if (endpoint.port != 0)
    words.insert(words.end(), {"-o", "Port=" + std::to_string(endpoint.port)});
  if (!endpoint.user.empty()) words.insert(words.end(), {"-o", "User=" + endpoint.user});
  const Directives given = directives_of(words);
  const Reading reading(has_configuration(words) ? ask_ssh(words, endpoint.address, access.node)
                                                 : given);

  SshSettings settings;
  settings.address = reading.first("hostname", endpoint.address);
  settings.port = std::atoi(reading.first("port", "22").c_str());
  settings.user = reading.first("user");
  if (settings.user.empty()) {
    const passwd* account = ::getpwuid(::geteuid());
    settings.user = account != nullptr ? account->pw_name : "root";
  }
  if (!access.private_key_file.empty())
    settings.identity_files.push_back(expand_home(access.private_key_file));
  const auto files = reading.all("identityfile");
  for (const std::string& file : files) settings.identity_files.push_back(expand_home(file));
  if (files.empty())
    for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa"})
      settings.identity_files.push_back(home() + "/.ssh/" + name);
  const std::string agent = reading.first("identityagent");
  settings.uses_agent = !reading.is_on("identitiesonly") && base::lower_case(agent) != "none";
  if (agent != "SSH_AUTH_SOCK") settings.agent_socket = expand_home(or_none(agent));
  settings.jump = endpoint.jump.empty() ? or_none(reading.first("proxyjump")) : endpoint.jump;
  const Reading own(given);  // the program's defaults are not ours
  settings.ciphers = own.first("ciphers");
  settings.key_exchanges = own.first("kexalgorithms");
  settings.macs = own.first("macs");
  settings.host_key_algorithms = own.first("hostkeyalgorithms");
  settings.host_keys = host_key_rules(reading, access);
  settings.has_command = !or_none(reading.first("proxycommand")).empty();
  settings.program_reason = program_reason(reading, given);
  return settings;
}

std::vector<std::string> program_words(const Endpoint& endpoint, const Access& access,
                                       const SshSettings& settings) {
  std::vector<std::string> words = {
      "ssh", "-T",
      "-o",  "BatchMode=yes",
      "-o",  "LogLevel=ERROR",
      "-o",  "ConnectTimeout=" + std::to_string(access.connect_timeout.count()),
      "-o",  "ServerAliveInterval=10"};
  if (settings.host_keys.check == HostKeyCheck::off)
    words.insert(words.end(), {"-o", "StrictHostKeyChecking=no"});
  if (settings.host_keys.check == HostKeyCheck::strict)
    words.insert(words.end(), {"-o", "StrictHostKeyChecking=yes"});
  if (!access.private_key_file.empty())
    words.insert(words.end(), {"-o", "IdentityFile=\"" + access.private_key_file + "\""});
  words.insert(words.end(), access.ssh_options.begin(), access.ssh_options.end());
  if (endpoint.port != 0) words.insert(words.end(), {"-p", std::to_string(endpoint.port)});
  if (!endpoint.user.empty()) words.insert(words.end(), {"-l", endpoint.user});
  words.insert(words.end(), {"--", endpoint.address});
  return words;
}

}  // namespace provisioner::transport
