#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {

// The lookups by what they ask; `lookups()` joins them.
FunctionTable file_lookups();

Object lookup_password(const Call& call);
Object lookup_ini(const Call& call);
Object lookup_csv(const Call& call);

const Surroundings& world_of(const Call& call);

// Where a file of a lookup stands; throws where it does not.
std::string found_file(const Call& call, const std::string& name, std::string_view kind,
                       const char* lookup);

// The answers to all terms, in order.
Object each_term(const Call& call, const std::function<Object(const Object&)>& body);

// A term "name key=value ..." of the older way to write options.
struct TermOptions {
  std::string name;
  std::map<std::string, std::string, std::less<>> options;

  // What the term says, or else the call.
  std::string text(const Call& call, std::string_view key, std::string_view otherwise) const;
};
TermOptions options_in(const Object& term);

}  // namespace provisioner::jinja
