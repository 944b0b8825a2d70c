// What the inventory says of a platform, and whether that can be.

#include "provisioner/platform/handoff/reading.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/known_keys.h"
#include "provisioner/platform/handoff/object.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr std::size_t longest_name = 63;

bool sounds_secret(const std::string& key) {
  constexpr std::array<std::string_view, 6> endings = {
      "password", "client_secret", "secret_key", "access_key", "token", "private_key"};
  return std::ranges::any_of(endings, [&](std::string_view end) { return key.ends_with(end); });
}

// Labels of letters, digits and inner hyphens, with dots between.
bool is_dns_name(const std::string& text) {
  if (text.empty() || text.size() > longest_name) return false;
  for (const std::string& label : base::split(text, '.')) {
    if (label.empty() || label.starts_with('-') || label.ends_with('-')) return false;
    if (label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
      return false;
  }
  return true;
}

}  // namespace

Reading::Reading(const Value* said, std::string where, const Value& above, Diagnostics& diagnostics)
    : said_(said == nullptr || said->is_none() ? Value(Dict()).at(above.pos()) : *said),
      where_(std::move(where)),
      diagnostics_(diagnostics) {
  if (said_.is_dict()) return;
  diagnostics_.add(Error(
      Kind::input,
      "'" + where_ + "' has keys with values, found " + std::string(value::name_of(said_.kind())),
      said_.pos()));
  said_ = Value(Dict()).at(said_.pos());
}

void Reading::know(const std::vector<std::string>& keys) {
  Dict others;
  for (const auto& [key, entry] : said_.dict()) {
    const std::string name = Dict::key_text(key);
    const bool is_known = std::ranges::find(keys, name) != keys.end();
    if (is_known || !sounds_secret(name)) {
      others.set(key, entry);
      continue;
    }
    diagnostics_.add(
        Error(Kind::input, "'" + where_ + "' takes no secret: '" + name + "'", key.pos())
            .set_hint("a bundle names where secrets are kept, and holds none: see "
                      "'secrets'")
            .hide_excerpt());
  }
  value::check_keys(Value(std::move(others)).at(said_.pos()), keys, diagnostics_);
}

void Reading::add(const std::string& message, std::string_view key, const std::string& hint) {
  const Value* found = said_.find(key);
  const base::Pos pos = found != nullptr && found->pos().is_known() ? found->pos() : said_.pos();
  diagnostics_.add(Error(Kind::input, message, pos).set_hint(hint));
}

std::string Reading::text(std::string_view key, const std::string& otherwise) {
  const Value* found = said_.find(key);
  if (found != nullptr && (found->is_list() || found->is_dict())) {
    add("'" + where_ + "." + std::string(key) + "' is a text", key, "");
    return otherwise;
  }
  if (found != nullptr && found->is_sealed()) {
    add("'" + where_ + "." + std::string(key) + "' is sealed, and would stand in the bundle", key,
        "a bundle names where secrets are kept, and holds none");
    return otherwise;
  }
  return text_of(said_, key, otherwise);
}

std::string Reading::required(std::string_view key, const std::string& example) {
  const std::string found = text(key);
  if (found.empty())
    add("'" + where_ + "." + std::string(key) + "' is missing", key,
        std::string(key) + ": " + example);
  return found;
}

std::string Reading::url(std::string_view key, const std::string& example) {
  std::string found = required(key, example);
  if (!found.empty() && !found.starts_with("https://") && !found.starts_with("http://"))
    add("'" + found + "' is no URL", key, std::string(key) + ": " + example);
  while (found.ends_with('/')) found.pop_back();
  return found;
}

std::string Reading::name(std::string_view key, const std::string& otherwise) {
  std::string found = text(key, otherwise);
  if (found.empty())
    add("'" + where_ + "." + std::string(key) + "' is missing", key,
        std::string(key) + ": data.example.org");
  else if (!is_dns_name(found))
    add("'" + found + "' is no name of 1 to 63 lower-case letters, digits, '-' and '.'", key,
        "it becomes a name in DNS and a label of pods");
  return found;
}

int Reading::port(std::string_view key, int otherwise) {
  const Value* found = said_.find(key);
  if (found == nullptr) return otherwise;
  if (found->is_integer() && found->integer() > 0 && found->integer() <= 65535)
    return static_cast<int>(found->integer());
  add("'" + where_ + "." + std::string(key) + "' is a port, 1 to 65535", key, "");
  return otherwise;
}

std::vector<std::string> Reading::texts(std::string_view key, std::vector<std::string> otherwise) {
  const Value* found = said_.find(key);
  if (found == nullptr) return otherwise;
  if (!found->is_list()) {
    add("'" + where_ + "." + std::string(key) + "' is a list", key, "");
    return otherwise;
  }
  std::vector<std::string> all;
  for (const Value& one : found->list()) all.push_back(Dict::key_text(one));
  return all;
}

Reading Reading::below(std::string_view key) {
  return {said_.find(key), where_ + "." + std::string(key), said_, diagnostics_};
}

}  // namespace provisioner::handoff
