#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/value/strict_dict.h"

namespace provisioner::instance {

// What a variable is said to be, beyond value::Form.
enum class Is : std::uint8_t {
  text,
  word,  // one of some
  number,
  truth,
  name,     // of DNS
  host,     // a name of DNS, or an address
  address,  // of IP
  network,  // 10.244.0.0/16
  texts,
  dict,   // with these keys and no others; without any, with whichever
  dicts,  // a list of those
};

// One variable, or one key of a dict.
struct Wanted {
  const char* name;
  Is is;
  std::vector<std::string> words = {};  // that there are
  std::int64_t least = 0, most = 0;     // of a number
  std::vector<Wanted> keys = {};        // of a dict
  const char* example = nullptr;        // how it could be written, where it must be there
  // Of a dict whose keys are somebody else's: one that is not among them and near to one is a
  // warning, since they may have more by now.
  const std::vector<std::string>* fields = nullptr;
};

// What is said of it has that form; nothing said and an empty text have each.
void check_form(value::StrictDict& said, const Wanted& wanted);

}  // namespace provisioner::instance
