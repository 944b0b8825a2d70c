// What a directory's entries say of users and groups.

#include "provisioner/platform/users/directory.h"

#include "provisioner/base/base/text.h"

namespace provisioner::users {
namespace {

const std::vector<std::string>& values_of(const Attributes& attributes, const std::string& name) {
  static const std::vector<std::string> none;
  const auto found = attributes.find(base::lower_case(name));
  return found == attributes.end() ? none : found->second;
}

std::string first_of(const Attributes& attributes, const std::string& name) {
  const std::vector<std::string>& values = values_of(attributes, name);
  return values.empty() ? "" : values.front();
}

}  // namespace

LdapUser ldap_user(const std::string& dn, const Attributes& attributes, const LdapPlace& place) {
  return {.dn = dn,
          .name = first_of(attributes, place.user_attribute),
          .uid = number_of(first_of(attributes, place.uid_attribute)),
          .gid = number_of(first_of(attributes, place.gid_attribute))};
}

LdapGroup ldap_group(const Attributes& attributes, const LdapPlace& place) {
  return {.name = first_of(attributes, "cn"),
          .gid = number_of(first_of(attributes, place.gid_attribute)),
          .members = values_of(attributes, place.member_attribute)};
}

std::string comparable_dn(const std::string& dn) {
  if (dn.find('\\') != std::string::npos) return dn;
  std::string plain;
  std::size_t blanks = 0;  // held back until it is known what they stand before
  for (const char letter : base::lower_case(dn)) {
    if (letter == ' ') {
      ++blanks;
      continue;
    }
    const bool is_separator = letter == ',' || letter == '=';
    const bool is_begin = plain.empty() || plain.back() == ',' || plain.back() == '=';
    if (!is_separator && !is_begin) plain.append(blanks, ' ');
    blanks = 0;
    plain += letter;
  }
  return plain;
}

}  // namespace provisioner::users
