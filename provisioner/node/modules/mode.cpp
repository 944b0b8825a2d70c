// Permission bits from numbers and symbols, as ansible-core reads them.
#include "provisioner/node/modules/mode.h"

#include <fmt/format.h>

#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::modules {
namespace {

constexpr std::uint32_t all_bits = 07777;

// Where a user's bits lie: the shift of rwx, and the special bit that `s` or `t` means for it.
struct Class {
  char letter;
  std::uint32_t shift;
  std::uint32_t special;
};
constexpr Class classes[] = {{'u', 6, 04000}, {'g', 3, 02000}, {'o', 0, 01000}};

[[noreturn]] void refuse(const std::string& clause) {
  base::Error error(base::Kind::failed, "mode must be in octal or symbolic form");
  error.set_hint("bad symbolic permission for mode: " + clause);
  throw error;
}

// Python's int(text, 8), or nothing.
std::optional<std::int64_t> octal_of(std::string_view text) {
  text = base::trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with("0o") || text.starts_with("0O")) text.remove_prefix(2);
  std::int64_t number = 0;
  if (text.empty() || text.size() > 20) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && i > 0 && i + 1 < text.size() && text[i - 1] != '_') continue;
    if (text[i] < '0' || text[i] > '7') return std::nullopt;
    number = number * 8 + (text[i] - '0');
  }
  return negative ? -number : number;
}

std::uint32_t bits_of(char permission, const Class& who, const host::FileStatus& now,
                      std::uint32_t allowed) {
  const bool may_execute = now.type == host::FileType::directory || (now.mode & 0111) != 0;
  switch (permission) {
    case 'r':
      return (4u << who.shift) & allowed;
    case 'w':
      return (2u << who.shift) & allowed;
    case 'x':
      return (1u << who.shift) & allowed;
    case 'X':
      return may_execute ? 1u << who.shift : 0;
    case 's':
      return who.letter == 'o' ? 0 : who.special;
    case 't':
      return who.letter == 'o' ? who.special : 0;
    case 'u':
      return ((now.mode >> 6) & 7) << who.shift;
    case 'g':
      return ((now.mode >> 3) & 7) << who.shift;
    default:
      return (now.mode & 7) << who.shift;  // 'o'
  }
}

std::uint32_t applied(char operation, const Class& who, std::uint32_t bits, std::uint32_t mode) {
  if (operation == '+') return mode | bits;
  if (operation == '-') return mode & ~bits;
  return (mode & ~((7u << who.shift) | who.special) & all_bits) | bits;
}

// One clause: users, then any number of an operator with its permissions ("ug=rw-x").
std::uint32_t with_clause(const std::string& clause, const host::FileStatus& now,
                          std::uint32_t umask, std::uint32_t mode) {
  const std::size_t first = clause.find_first_of("+=-");
  std::string users = clause.substr(0, first);
  const std::uint32_t allowed = users.empty() ? all_bits & ~umask : all_bits;
  if (users.empty() || users == "a") users = "ugo";
  if (users.find_first_not_of("ugo") != std::string::npos) refuse(clause);
  for (std::size_t at = first; at != std::string::npos;) {
    const std::size_t next = clause.find_first_of("+=-", at + 1);
    const std::string permissions =
        clause.substr(at + 1, next == std::string::npos ? next : next - at - 1);
    if (permissions.find_first_not_of("rwxXstugo") != std::string::npos) refuse(clause);
    for (const Class& who : classes) {
      if (users.find(who.letter) == std::string::npos) continue;
      std::uint32_t bits = 0;
      for (char permission : permissions) bits |= bits_of(permission, who, now, allowed);
      mode = applied(clause[at], who, bits, mode);
    }
    at = next;
  }
  return mode;
}

}  // namespace

std::uint32_t mode_of(const value::Value& mode, const host::FileStatus& now, std::uint32_t umask) {
  std::optional<std::int64_t> number;
  if (mode.is_integer())
    number = mode.integer();
  else if (mode.is_string())
    number = octal_of(mode.text());
  if (number) {
    if (*number >= 0 && *number <= all_bits) return static_cast<std::uint32_t>(*number);
    base::Error error(base::Kind::failed, "Invalid mode supplied, only permission info is allowed");
    error.set_hint(std::to_string(*number));
    throw error;
  }
  std::uint32_t bits = now.mode;
  if (!mode.is_string()) refuse("");
  for (const std::string& clause : base::split(mode.text(), ','))
    bits = with_clause(clause, now, umask, bits);
  return bits;
}

}  // namespace provisioner::modules
