// Values as they may be seen.

#include "provisioner/front/cli/hidden_secrets.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/base/base/url_password.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* mask = "***";

bool is_nothing(const Value& value) {
  return value.is_none() || value.is_boolean() || (value.is_string() && value.text().empty());
}

}  // namespace

bool is_password_key(std::string_view key) {
  constexpr std::array<std::string_view, 11> endings = {
      "password",      "passwd",     "passphrase",  "_pass",      "_token",  "api_key",
      "client_secret", "secret_key", "private_key", "access_key", "_webhook"};
  const std::string lower = base::lower_case(key);
  return std::ranges::any_of(endings, [&](std::string_view end) { return lower.ends_with(end); });
}

Value with_hidden_secrets(std::string_view name, const Value& value) {
  if (value.is_dict()) {
    Dict shown;
    for (const auto& [key, entry] : value.dict())
      shown.set(key, with_hidden_secrets(Dict::key_text(key), entry));
    return Value(std::move(shown)).at(value.pos());
  }
  if (value.is_list()) {
    List shown;
    for (const Value& item : value.list()) shown.push_back(with_hidden_secrets(name, item));
    return Value(std::move(shown)).at(value.pos());
  }
  if (is_password_key(name) && !is_nothing(value)) return Value(mask).at(value.pos());
  if (!value.is_string()) return value;
  std::string shown = base::without_url_passwords(value.text());
  return shown == value.text() ? value : Value(std::move(shown)).at(value.pos());
}

}  // namespace provisioner::cli
