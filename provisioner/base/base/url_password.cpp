// Passwords that stand in URLs.

#include "provisioner/base/base/url_password.h"

#include "provisioner/base/base/regex.h"

namespace provisioner::base {
namespace {

// A password may have an @ in it that nobody has escaped: the last one before the path counts.
const Regex& form() {
  static const Regex pattern(R"(([A-Za-z][A-Za-z0-9+.-]*://[^\s/?#:@"']*:)([^\s/?#"']+)(?=@))");
  return pattern;
}

}  // namespace

std::vector<std::string> url_passwords(std::string_view text) {
  std::vector<std::string> passwords;
  if (text.find("://") == std::string_view::npos) return passwords;
  for (const Regex::Match& match : form().find_all(text))
    passwords.push_back(group_text(match, text, 2).value_or(""));
  return passwords;
}

std::size_t first_url_password(std::string_view text) {
  if (text.find("://") == std::string_view::npos) return std::string_view::npos;
  const auto match = form().search(text);
  return match ? match->groups[2]->first : std::string_view::npos;
}

std::string without_url_passwords(std::string_view text) {
  if (text.find("://") == std::string_view::npos) return std::string(text);
  return form().replace(text, "\\1***");
}

}  // namespace provisioner::base
