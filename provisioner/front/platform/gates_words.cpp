// Values and files as scripts read them, and what they ask for.

#include "provisioner/front/platform/gates_words.h"

#include <algorithm>

#include "provisioner/base/base/text.h"

namespace provisioner::platform {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_';
  });
}

}  // namespace

void put(std::string& text, const std::string& name, const std::string& value) {
  text += name + "=" + base::shell_quote(value) + "\n";
}

std::string words_of(const value::Value* list) {
  std::vector<std::string> words;
  if (list != nullptr && list->is_list())
    for (const value::Value& one : list->list()) words.push_back(value::Dict::key_text(one));
  return base::join(words, " ");
}

std::string put_file(const std::string& path, std::string_view bytes) {
  return "base64 -d >" + base::shell_quote(path) + " <<'END_OF_BASE64'\n" +
         base::base64_encode(bytes) + "\nEND_OF_BASE64\n";
}

std::vector<Wish> wishes_in(std::string_view text) {
  std::vector<Wish> wishes;
  for (const std::string_view line : base::lines_of(text))
    if (const auto words = base::split(line, ' '); words.size() == 3 && is_name(words[0]))
      wishes.push_back({words[0], words[1], words[2]});
  return wishes;
}

}  // namespace provisioner::platform
