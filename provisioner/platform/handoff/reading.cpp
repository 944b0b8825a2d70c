// What the inventory says of a platform, and whether that can be.

#include "provisioner/platform/handoff/reading.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/url_password.h"
#include "provisioner/base/value/known_keys.h"

namespace provisioner::handoff {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr base::NameBounds of_a_label{.longest = 63};
constexpr std::int64_t last_port = 65535;

void check_texts(StrictDict& dict, const Member& member) {
  const Value* said = dict.find(member.key);
  if (said == nullptr || member.form == nullptr) return;
  const value::List texts = said->is_list() ? said->list() : value::List{*said};
  for (const Value& text : texts) {
    if (!text.is_string()) continue;
    const bool is_empty = text.text().empty();
    if (!is_empty) check_form(*member.form, text, *said, dict.diagnostics());
    if (is_empty && member.empty == Empty::refused)
      dict.add(dict.name_of(member.key) + " is empty", member.key,
               "expected one as " + member.form->example);
  }
}

bool sounds_secret(const std::string& key) {
  constexpr std::array<std::string_view, 6> endings = {
      "password", "client_secret", "secret_key", "access_key", "token", "private_key"};
  return std::ranges::any_of(endings, [&](std::string_view end) { return key.ends_with(end); });
}

}  // namespace

void check_members(StrictDict& dict, const std::vector<Member>& members) {
  for (const Member& member : members) check_texts(dict, member);
}

void know(StrictDict& dict, const std::vector<Member>& members) {
  std::vector<std::string> keys;
  for (const Member& member : members) keys.push_back(member.key);
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
  check_members(dict, members);
}

std::string url_in(StrictDict& dict, std::string_view key, const std::string& example) {
  std::string found = dict.required(key, example);
  if (!found.empty() && !forms::url.is_one(found))
    dict.add("'" + base::without_url_passwords(found) + "' is no URL", key,
             std::string(key) + ": " + example);
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
