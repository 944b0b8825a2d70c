#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::value {

// How PyYAML's dump would be called. Defaults are those of Ansible's to_yaml.
struct YamlStyle {
  std::size_t largest = SIZE_MAX;  // a longer text throws TooMuch
  int indent = 2;
  int width = 80;
  bool is_block =
      false;  // default_flow_style=False; otherwise containers of scalars are written in flow style
  bool sort_keys = true;
  bool marks_unsafe =
      false;  // untrusted texts as !unsafe: read back, they are not templated either
};

// The text that PyYAML's dumper, as Ansible sets it up, gives for the same data. What is under a
// vault stays so: !vault.
std::string write_yaml(const Value& value, const YamlStyle& style = {});

}  // namespace provisioner::value
