// Filters on addresses of the web.

#include <algorithm>
#include <cstdlib>

#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Dict;
using value::Value;

namespace {

// Blanks around and line ends inside are no part of an address.
std::string url_text(const Object& object) {
  object.require_defined();
  if (!object.is_string())
    type_error("'" + type_name(object) + "' object has no attribute 'decode'");
  std::string url;
  for (const char byte : stripped(object.scalar().text(), "", Side::both))
    if (byte != '\n' && byte != '\r' && byte != '\t') url += byte;
  return url;
}

bool is_scheme(std::string_view text) {
  const auto is_letter = [](char byte) { return (byte | 32) >= 'a' && (byte | 32) <= 'z'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char byte) {
           return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '+' || byte == '-' ||
                  byte == '.';
         });
}

Object urlsplit(const Call& call) {
  const std::string wanted = call.text_or(1, "query", "");
  std::string rest = url_text(call.get(0, "value")), scheme, netloc, path, query, fragment;
  if (const std::size_t colon = rest.find(':');
      colon != std::string::npos && is_scheme(std::string_view(rest).substr(0, colon))) {
    scheme = lower_text(rest.substr(0, colon));
    rest = rest.substr(colon + 1);
  }
  if (rest.starts_with("//")) {
    const std::size_t end = std::min(rest.find_first_of("/?#", 2), rest.size());
    netloc = rest.substr(2, end - 2);
    rest = rest.substr(end);
  }
  if (const std::size_t hash = rest.find('#'); hash != std::string::npos) {
    fragment = rest.substr(hash + 1);
    rest.resize(hash);
  }
  if (const std::size_t mark = rest.find('?'); mark != std::string::npos) {
    query = rest.substr(mark + 1);
    rest.resize(mark);
  }
  path = rest;
  const std::size_t at = netloc.rfind('@');
  const std::string account = at == std::string::npos ? "" : netloc.substr(0, at);
  std::string host = at == std::string::npos ? netloc : netloc.substr(at + 1);
  Value port, username, password;
  const std::size_t bracket = host.find(']');
  if (const std::size_t colon = host.rfind(':');
      colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
    if (colon + 1 < host.size())
      port = Value(static_cast<std::int64_t>(std::atoll(host.c_str() + colon + 1)));
    host.resize(colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!account.empty()) {
    const std::size_t colon = account.find(':');
    username = Value(account.substr(0, colon));
    if (colon != std::string::npos) password = Value(account.substr(colon + 1));
  }
  const Dict parts{
      {"fragment", fragment}, {"hostname", host.empty() ? Value() : Value(lower_text(host))},
      {"netloc", netloc},     {"password", password},
      {"path", path},         {"port", port},
      {"query", query},       {"scheme", scheme},
      {"username", username}};
  if (wanted.empty()) return Object(Value(parts));
  const Value* part = parts.find(wanted);
  if (part == nullptr) type_error("urlsplit: unknown URL component: " + wanted);
  return Object(*part);
}

}  // namespace

FunctionTable url_filters() {
  return {
      {"urlsplit", urlsplit},
  };
}

}  // namespace provisioner::jinja
