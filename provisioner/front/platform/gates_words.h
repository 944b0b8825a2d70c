#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::platform {

// A variable of a script for sh, as a line.
void put(std::string& text, const std::string& name, const std::string& value);

// What a list holds, between blanks; "" for what is none.
std::string words_of(const value::Value* list);

// For a script for sh: a file with these bytes, whatever they are. They come from charts and from
// servers of others, and no part of them is a command.
std::string put_file(const std::string& path, std::string_view bytes);

// What is to be looked at from outside, as `from_outside` of the scripts writes it down, "NAME KIND
// ABOUT" a line. What could be no name of `from_outside` is none: it becomes part of a path.
struct Wish {
  std::string name, kind, about;
};
std::vector<Wish> wishes_in(std::string_view text);

}  // namespace provisioner::platform
