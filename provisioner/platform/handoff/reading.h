#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/handoff/text_form.h"

namespace provisioner::handoff {

using value::StrictDict;

// How what a platform is told is read, beside what StrictDict knows itself.

// What stands behind a key that is said with nothing in it.
enum class Empty : std::uint8_t {
  refused,
  read_on,  // nothing, or whoever reads it says what is missing
};

// A key that there is, and of its text, or each text of its list, the form; that it is one or the
// other is told where it is read.
struct Member {
  Member(const char* name) : key(name) {}  // NOLINT: a key alone is one
  Member(const char* name, const TextForm& texts, Empty nothing = Empty::refused)
      : key(name), form(&texts), empty(nothing) {}

  std::string key;
  const TextForm* form = nullptr;  // of what lives longer
  Empty empty = Empty::read_on;
};

// What is said in its form; other keys may be there.
void check_members(StrictDict& dict, const std::vector<Member>& members);
// No other keys than these, and what is said in its form. One that sounds like a secret is told
// that secrets are references.
void know(StrictDict& dict, const std::vector<Member>& members);

// http(s)://, without slashes at its end; a mistake where it is missing.
std::string url_in(StrictDict& dict, std::string_view key, const std::string& example);
// Of DNS, up to the 63 bytes of a label, since pods bear it as one; a mistake where it is missing.
std::string name_in(StrictDict& dict, std::string_view key, const std::string& otherwise);
int port_in(StrictDict& dict, std::string_view key, int otherwise);
std::vector<std::string> texts_in(StrictDict& dict, std::string_view key,
                                  const std::vector<std::string>& otherwise = {});

}  // namespace provisioner::handoff
