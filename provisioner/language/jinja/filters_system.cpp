// Filters on paths, patterns and digests.

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {
namespace {

std::string basename(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string dirname(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return "";
  std::string head = path.substr(0, slash + 1);
  if (head.find_first_not_of('/') != std::string::npos)
    while (head.ends_with('/')) head.pop_back();
  return head;
}

Object splitext(const Call& call) {
  const std::string path = path_of(call.get(0, "path")), name = basename(path);
  const std::size_t begin = std::min(name.find_first_not_of('.'), name.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot < begin) return Object::tuple({Object(path), Object("")});
  const std::size_t cut = path.size() - name.size() + dot;
  return Object::tuple({Object(path.substr(0, cut)), Object(path.substr(cut))});
}

Object path_join(const Call& call) {
  const Object paths = call.get(0, "paths");
  if (paths.is_string()) return paths;
  if (!paths.is_list())
    type_error("|path_join expects string or sequence, got <class '" + type_name(paths) +
               "'> instead.");
  std::string whole;
  for (const Object& part : items_of(paths)) {
    const std::string text = path_of(part);
    if (text.starts_with('/')) whole.clear();
    add_text(whole, whole.empty() || whole.ends_with('/') ? text : "/" + text);
  }
  return Object(whole);
}

std::string expand_user(const std::string& path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  return os::home_directory() + path.substr(1);
}

// $NAME and ${NAME}; what is not set stays.
Object expand_variables(const Call& call) {
  static const base::Regex variable("\\$(?:(\\w+)|\\{([^}]*)\\})");
  const std::string text = path_of(call.get(0, "path"));
  std::string result;
  std::size_t copied = 0;
  for (const auto& match : variable.find_all(text)) {
    const std::string name = base::group_text(match, text, match.groups[1] ? 1 : 2).value_or("");
    result += text.substr(copied, match.begin() - copied);
    result += call.evaluator.world().surroundings.environment(name).value_or(
        text.substr(match.begin(), match.end() - match.begin()));
    copied = match.end();
  }
  return Object(result + text.substr(copied));
}

unsigned flags_of(const Call& call) {
  unsigned flags = base::Regex::none;
  if (call.flag(1'000'000, "ignorecase", false)) flags |= base::Regex::ignore_case;
  if (call.flag(1'000'000, "multiline", false)) flags |= base::Regex::multiline;
  return flags;
}

Object regex_replace(const Call& call) {
  unsigned flags = flags_of(call);
  if (call.arguments.size() > 3 && truth(call.arguments[3])) flags |= base::Regex::ignore_case;
  if (call.arguments.size() > 4 && truth(call.arguments[4])) flags |= base::Regex::multiline;
  const base::Regex regex(call.text_or(1, "pattern", ""), flags);
  return Object(
      regex.replace(call.text(0, "value"), call.text_or(2, "replacement", ""), 0, largest_text()));
}

// "\\1" or "\\g<name>": the number of a group.
std::size_t group_number(const base::Regex& regex, const std::string& reference) {
  const bool is_named = reference.starts_with("\\g<") && reference.ends_with('>');
  const std::string name = is_named                      ? reference.substr(3, reference.size() - 4)
                           : reference.starts_with('\\') ? reference.substr(1)
                                                         : "";
  if (name.empty()) type_error("Unknown argument");
  for (const auto& [known, number] : regex.group_names())
    if (is_named && known == name) return number;
  if (name.find_first_not_of("0123456789") != std::string::npos || name.size() > 3 || is_named)
    type_error("no such group");
  return std::stoul(name);
}

// Without groups the match, with them a list of what they caught.
Object regex_search(const Call& call) {
  const std::string text = call.text(0, "value");
  const base::Regex regex(call.text(1, "regex"), flags_of(call));
  const auto match = regex.search(text);
  std::vector<Object> groups;
  for (std::size_t at = 2; at < call.arguments.size(); ++at) {
    const std::string reference = text_of(call.arguments[at]);
    if (!match && reference.starts_with('\\')) continue;
    const std::size_t number = group_number(regex, reference);
    if (number >= match->groups.size()) type_error("no such group");
    const auto caught = base::group_text(*match, text, number);
    groups.push_back(caught ? Object(*caught) : Object());
  }
  if (!match) return Object();
  if (call.arguments.size() < 3) return Object(*base::group_text(*match, text, 0));
  return Object::list(std::move(groups));
}

Object regex_findall(const Call& call) {
  const std::string text = call.text(0, "value");
  unsigned flags = base::Regex::none;
  if (call.flag(2, "multiline", false)) flags |= base::Regex::multiline;
  if (call.flag(3, "ignorecase", false)) flags |= base::Regex::ignore_case;
  std::vector<Object> all;
  for (const auto& match : base::Regex(call.text(1, "regex"), flags).find_all(text)) {
    require_list_size(all.size());
    if (match.groups.size() <= 2) {
      all.emplace_back(base::group_text(match, text, match.groups.size() - 1).value_or(""));
      continue;
    }
    std::vector<Object> groups;
    for (std::size_t group = 1; group < match.groups.size(); ++group)
      groups.emplace_back(base::group_text(match, text, group).value_or(""));
    all.push_back(Object::tuple(std::move(groups)));
  }
  return Object::list(std::move(all));
}

Object regex_escape(const Call& call) {
  const bool is_basic = call.text_or(1, "re_type", "python") != "python";
  const std::string_view special = is_basic ? "^.[$*\\" : "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string text;
  for (const char byte : call.text(0, "string")) {
    if (special.find(byte) != std::string_view::npos) text += '\\';
    text += byte;
  }
  return Object(text);
}

// A UUID of version 5 in Ansible's own namespace.
Object to_uuid(const Call& call) {
  const std::string space = call.text_or(1, "namespace", "361E6D51-FAEC-444A-9079-341386DA8E2E");
  const std::string name_space = base::unhex(base::replace_all(space, "-", ""));
  std::string digest =
      base::unhex(crypto::digest("sha1", name_space + call.text(0, "string"))).substr(0, 16);
  digest[6] = static_cast<char>((static_cast<unsigned char>(digest[6]) & 0x0FU) | 0x50U);
  digest[8] = static_cast<char>((static_cast<unsigned char>(digest[8]) & 0x3FU) | 0x80U);
  const std::string hex = base::hex(digest);
  return Object(hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
                hex.substr(16, 4) + "-" + hex.substr(20));
}

Object password_hash(const Call& call) {
  constexpr std::int64_t most_rounds = 2'000'000;
  const std::int64_t rounds = call.integer_or(4, "rounds", 0);
  if (rounds > most_rounds)
    type_error("password_hash takes no more than " + std::to_string(most_rounds) + " rounds here");
  return Object(crypto::password_hash(call.text(0, "password"),
                                      call.text_or(1, "hashtype", "sha512"),
                                      call.text_or(2, "salt", ""), static_cast<int>(rounds)));
}

}  // namespace

FunctionTable path_filters() {
  return {
      {"basename", [](const Call& c) { return Object(basename(path_of(c.get(0, "path")))); }},
      {"dirname", [](const Call& c) { return Object(dirname(path_of(c.get(0, "path")))); }},
      {"splitext", splitext},
      {"path_join", path_join},
      {"expanduser", [](const Call& c) { return Object(expand_user(path_of(c.get(0, "path")))); }},
      {"expandvars", expand_variables},
      {"realpath",
       [](const Call& c) {
         return Object(
             std::filesystem::weakly_canonical(os::absolute(path_of(c.get(0, "path")))).string());
       }},
      {"relpath",
       [](const Call& c) {
         const std::string start = c.text_or(1, "start", ".");
         return Object(std::filesystem::path(os::absolute(path_of(c.get(0, "path"))))
                           .lexically_relative(os::absolute(start))
                           .string());
       }},
  };
}

FunctionTable regex_filters() {
  return {{"regex_replace", regex_replace},
          {"regex_search", regex_search},
          {"regex_findall", regex_findall},
          {"regex_escape", regex_escape}};
}

FunctionTable crypto_filters() {
  return {
      {"b64encode", [](const Call& c) { return Object(base::base64_encode(c.text(0, "string"))); }},
      {"b64decode", [](const Call& c) { return Object(base::base64_decode(c.text(0, "string"))); }},
      {"hash",
       [](const Call& c) {
         return Object(crypto::digest(c.text_or(1, "hashtype", "sha1"), c.text(0, "data")));
       }},
      {"sha1", [](const Call& c) { return Object(crypto::digest("sha1", c.text(0, "data"))); }},
      {"md5", [](const Call& c) { return Object(crypto::digest("md5", c.text(0, "data"))); }},
      {"checksum", [](const Call& c) { return Object(crypto::digest("sha1", c.text(0, "data"))); }},
      {"to_uuid", to_uuid},
      {"password_hash", password_hash},
      {"vault",
       [](const Call& c) {
         const std::string label = c.text_or(3, "vault_id", "filter_default");
         require_text_size(c.text(0, "data").size() * 5);
         return Object(crypto::seal_vault(c.text(0, "data"),
                                          {label, base::Secret(c.text(1, "secret"))},
                                          label != "filter_default"));
       }},
      {"unvault",
       [](const Call& c) {
         return Object(crypto::open_vault(c.text(0, "vault"),
                                          {{"default", base::Secret(c.text(1, "secret"))}}, {}));
       }},
  };
}

}  // namespace provisioner::jinja
