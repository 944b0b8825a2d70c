// Whether values are what roles take, by a table.

#include "provisioner/platform/instance/variable_form.h"

#include <algorithm>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/ip_address.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/url_password.h"
#include "provisioner/language/inventory/addresses.h"

namespace provisioner::instance {
namespace {

using value::Dict;
using value::Form;
using value::StrictDict;
using value::Value;

struct Checked {
  bool (*is_so)(const std::string& text);
  const char *what, *example;
};

Checked checked_by(Is is) {
  const auto is_name = [](const std::string& text) { return base::is_dns_name(text); };
  const auto is_network = [](const std::string& text) {
    return inventory::read_subnet(text).has_value();
  };
  switch (is) {
    case Is::name:
      return {is_name, "name of DNS", "data.example.org"};
    case Is::host:
      return {base::is_host, "name of DNS and no address", "registry.example.org"};
    case Is::address:
      return {base::is_ip_address, "IP address", "192.0.2.10"};
    default:  // of the others none is a text that is read
      return {is_network, "network", "10.244.0.0/16"};
  }
}

void check_text(StrictDict& said, const Wanted& wanted) {
  const std::string text = said.text(wanted.name);
  const Checked by = checked_by(wanted.is);
  if (text.empty() || by.is_so(text)) return;
  said.add("'" + base::without_url_passwords(text) + "' is no " + by.what, wanted.name,
           std::string(wanted.name) + ": " + (wanted.example ? wanted.example : by.example));
}

void check_word(StrictDict& said, const Wanted& wanted) {
  const std::string word = said.text(wanted.name);
  if (word.empty() || std::ranges::find(wanted.words, word) != wanted.words.end()) return;
  said.add_unknown(said.name_of(wanted.name) + " is one of " + base::join(wanted.words, ", ") +
                       ", found '" + base::without_url_passwords(word) + "'",
                   word, *said.find(wanted.name), wanted.words);
}

// Many nodes have the value of one group.
void warn_once(StrictDict& said, const std::string& message, const Value& place,
               const std::string& hint) {
  const bool is_known =
      std::ranges::any_of(said.diagnostics().warnings(), [&](const base::Error& other) {
        return other.pos() == place.pos() && other.message() == message;
      });
  if (!is_known) said.warn_at(message, place, hint);
}

void check_keys(StrictDict& dict, const Wanted& wanted) {
  if (wanted.fields != nullptr)
    for (const Value& key : dict.unknown_keys(*wanted.fields)) {
      const std::string name = Dict::key_text(key);
      if (const std::string near = base::suggestion(name, *wanted.fields); !near.empty())
        warn_once(dict, "nobody knows a field '" + name + "' of '" + wanted.name + "'", key, near);
    }
  if (wanted.keys.empty()) return;
  std::vector<std::string> names;
  for (const Wanted& key : wanted.keys) names.emplace_back(key.name);
  dict.know(names);
  for (const Wanted& key : wanted.keys) {
    if (key.example != nullptr) dict.add_missing(key.name, key.example);
    check_form(dict, key);
  }
}

}  // namespace

void check_form(StrictDict& said, const Wanted& wanted) {
  const Value* found = said.find(wanted.name);
  if (found == nullptr) return;
  switch (wanted.is) {
    case Is::text:
      said.has(wanted.name, Form::text);
      return;
    case Is::truth:
      said.has(wanted.name, Form::boolean);
      return;
    case Is::texts:
      said.has(wanted.name, Form::texts);
      return;
    case Is::number:
      said.number(wanted.name, wanted.least, wanted.most, wanted.least);
      return;
    case Is::word:
      return check_word(said, wanted);
    case Is::name:
    case Is::host:
    case Is::address:
    case Is::network:
      return check_text(said, wanted);
    case Is::dict: {
      StrictDict dict = said.below(wanted.name);
      return check_keys(dict, wanted);
    }
    case Is::dicts:
      for (const Value& item : said.dicts(wanted.name)) {
        StrictDict dict(&item, wanted.name, item, said.diagnostics());
        check_keys(dict, wanted);
      }
  }
}

}  // namespace provisioner::instance
