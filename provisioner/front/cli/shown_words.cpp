// What a record says was typed.

#include "provisioner/front/cli/shown_words.h"

#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/text.h"

namespace provisioner::cli {
namespace {

constexpr std::string_view flags = "bCDkKJvh";  // short options without a value
constexpr std::string_view long_form = "--extra-vars=";

// Where the value of -e begins in "-e", "-bKe", "-ekey=value"; npos where the word has none.
std::size_t extra_value_of(const std::string& word) {
  if (word.starts_with(long_form)) return long_form.size();
  if (word.size() < 2 || word[0] != '-' || word[1] == '-') return std::string::npos;
  const std::size_t letter = word.find_first_not_of(flags, 1);
  return letter != std::string::npos && word[letter] == 'e' ? letter + 1 : std::string::npos;
}

std::string shown(const std::string& value) {
  return value.starts_with('@') ? base::shell_quote(base::redact(value)) : "...";
}

}  // namespace

std::string shown_words(const std::vector<std::string>& words) {
  std::vector<std::string> all = {"provisioner"};
  bool is_value = false;
  for (const std::string& word : words) {
    const std::size_t at = is_value ? std::string::npos : extra_value_of(word);
    if (is_value)
      all.push_back(shown(word));
    else if (at != std::string::npos && at < word.size())
      all.push_back(word.substr(0, at) + shown(word.substr(at)));
    else
      all.push_back(base::shell_quote(base::redact(word)));
    is_value = word == "--extra-vars" || at == word.size();
  }
  return base::join(all, " ");
}

}  // namespace provisioner::cli
