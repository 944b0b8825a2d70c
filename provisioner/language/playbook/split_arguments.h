#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::playbook {

// Splits "src=a dest='b c' x={{ y | d('z') }}" at blanks outside quotes and template braces, as
// Ansible splits old-style arguments. Blanks and line ends between words stay at the end of the
// word before, so that joining gives the text back. Throws Error(input) where quotes or braces are
// left open.
std::vector<std::string> split_arguments(std::string_view text, base::Pos pos);

// "key=value" words as a dict of texts; other words become `_raw_params`. `is_free_form`: only the
// options that command-like modules take beside their text are keys (creates, chdir ...). Every
// value stands at `pos`.
value::Dict parse_key_values(const value::Value& text, bool is_free_form);

}  // namespace provisioner::playbook
