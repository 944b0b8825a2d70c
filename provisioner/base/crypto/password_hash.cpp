// crypt(3) hashes as Ansible's password_hash filter makes them.

#include <crypt.h>

#include <cstring>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::crypto {
namespace {

constexpr std::string_view salt_digits =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct Scheme {
  std::string_view name, prefix;
  std::size_t salt_length;
  int rounds;           // that Ansible asks for where nobody says otherwise
  int implicit_rounds;  // that crypt(3) takes where the setting names none
};

constexpr Scheme schemes[] = {
    {"sha512", "6", 16, 656000, 5000},
    {"sha512_crypt", "6", 16, 656000, 5000},
    {"sha256", "5", 16, 535000, 5000},
    {"sha256_crypt", "5", 16, 535000, 5000},
    {"md5", "1", 8, 0, 0},
    {"md5_crypt", "1", 8, 0, 0},
    {"blowfish", "2b", 22, 12, 0},
    {"bcrypt", "2b", 22, 12, 0},
};

std::string random_salt(std::size_t length) {
  std::string salt;
  for (const char byte : random_bytes(length))
    salt += salt_digits[static_cast<unsigned char>(byte) % salt_digits.size()];
  return salt;
}

std::string setting(const Scheme& scheme, std::string_view salt, int rounds) {
  const std::string prefix = "$" + std::string(scheme.prefix) + "$";
  if (scheme.prefix == "2b")
    return prefix + (rounds < 10 ? "0" : "") + std::to_string(rounds) + "$" + std::string(salt);
  if (scheme.prefix == "1" || rounds == scheme.implicit_rounds) return prefix + std::string(salt);
  return prefix + "rounds=" + std::to_string(rounds) + "$" + std::string(salt);
}

}  // namespace

std::string password_hash(std::string_view password, std::string_view name, std::string_view salt,
                          int rounds) {
  const Scheme* scheme = nullptr;
  for (const Scheme& known : schemes)
    if (known.name == name) scheme = &known;
  if (scheme == nullptr)
    throw base::Error(base::Kind::input,
                      "crypt does not support '" + std::string(name) + "' algorithm");
  if (salt.find_first_not_of(salt_digits) != std::string_view::npos)
    throw base::Error(base::Kind::input, "invalid characters in salt");
  const std::string used = salt.empty() ? random_salt(scheme->salt_length)
                                        : std::string(salt.substr(0, scheme->salt_length));
  const auto state = std::make_unique<crypt_data>();
  std::memset(state.get(), 0, sizeof(crypt_data));
  const std::string text(password);
  const char* hash =
      ::crypt_r(text.c_str(), setting(*scheme, used, rounds > 0 ? rounds : scheme->rounds).c_str(),
                state.get());
  if (hash == nullptr || *hash == '*')
    throw base::Error(base::Kind::input,
                      "crypt cannot make a '" + std::string(name) + "' hash with this salt");
  return hash;
}

}  // namespace provisioner::crypto
