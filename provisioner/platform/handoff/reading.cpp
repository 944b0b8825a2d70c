// What the inventory says of a platform, and whether that can be.

#include "provisioner/platform/handoff/reading.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/value/known_keys.h"

namespace provisioner::handoff {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr base::NameBounds of_a_label{.longest = 63};
constexpr std::int64_t last_port = 65535;

bool sounds_secret(const std::string& key) {
  constexpr std::array<std::string_view, 6> endings = {
      "password", "client_secret", "secret_key", "access_key", "token", "private_key"};
  return std::ranges::any_of(endings, [&](std::string_view end) { return key.ends_with(end); });
}

}  // namespace

void know(StrictDict& dict, const std::vector<std::string>& keys) {
  for (const Value& key : dict.unknown_keys(keys)) {
    const std::string name = Dict::key_text(key);
    dict.diagnostics().add(
        sounds_secret(name)
            ? Error(Kind::input, "'" + dict.where() + "' takes no secret: '" + name + "'",
                    key.pos())
                  .set_hint("a bundle names where secrets are kept, and holds none: see 'secrets'")
                  .hide_excerpt()
            : value::unknown_key(key, keys));
  }
}

std::string url_in(StrictDict& dict, std::string_view key, const std::string& example) {
  std::string found = dict.required(key, example);
  if (!found.empty() && !found.starts_with("https://") && !found.starts_with("http://"))
    dict.add("'" + found + "' is no URL", key, std::string(key) + ": " + example);
  while (found.ends_with('/')) found.pop_back();
  return found;
}

std::string name_in(StrictDict& dict, std::string_view key, const std::string& otherwise) {
  std::string found = dict.text(key, otherwise);
  if (found.empty())
    dict.add_missing(key, "data.example.org");
  else if (!base::is_dns_name(found, of_a_label))
    dict.add("'" + found + "' is no name of 1 to 63 lower-case letters, digits, '-' and '.'", key,
             "it becomes a name in DNS and a label of pods");
  return found;
}

int port_in(StrictDict& dict, std::string_view key, int otherwise) {
  return static_cast<int>(dict.number(key, 1, last_port, otherwise));
}

std::vector<std::string> texts_in(StrictDict& dict, std::string_view key,
                                  const std::vector<std::string>& otherwise) {
  if (!dict.is_said(key)) return otherwise;
  std::vector<std::string> all;
  for (const Value& one : dict.texts(key)) all.push_back(one.text());
  return all;
}

}  // namespace provisioner::handoff
