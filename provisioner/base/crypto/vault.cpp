// ansible-vault envelopes, 1.1 and 1.2 (AES256): PBKDF2-HMAC-SHA256 over the password gives 80
// bytes: the AES key, the HMAC key and the first counter block; AES-256-CTR over the padded text;
// HMAC-SHA256 over what came of it.

#include "provisioner/base/crypto/vault.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::crypto {
namespace {

constexpr std::string_view magic = "$ANSIBLE_VAULT;";
constexpr int rounds = 10000;
constexpr std::size_t salt_size = 32, key_size = 32, counter_size = 16, block_size = 16,
                      line_width = 80;

using Bytes = const unsigned char*;

Bytes bytes(std::string_view text) { return reinterpret_cast<Bytes>(text.data()); }

struct Keys {
  std::array<unsigned char, 2 * key_size + counter_size> all{};
  ~Keys() { OPENSSL_cleanse(all.data(), all.size()); }
  const unsigned char* cipher() const { return all.data(); }
  const unsigned char* mac() const { return all.data() + key_size; }
  const unsigned char* counter() const { return all.data() + 2 * key_size; }
};

[[noreturn]] void library_failed() {
  throw base::Error(base::Kind::failed, "the crypto library refused to work");
}

Keys derive(const base::Secret& password, std::string_view salt) {
  Keys keys;
  const std::string_view text = password.reveal();
  if (PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()), bytes(salt),
                        static_cast<int>(salt.size()), rounds, EVP_sha256(),
                        static_cast<int>(keys.all.size()), keys.all.data()) != 1)
    library_failed();
  return keys;
}

std::string mac_of(const Keys& keys, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), keys.mac(), key_size, bytes(text), text.size(), out.data(), &length) ==
      nullptr)
    library_failed();
  return {reinterpret_cast<const char*>(out.data()), length};
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// CTR is its own inverse.
std::string crypt_counter(const Keys& keys, std::string_view text) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  std::string out(text.size(), '\0');
  int length = 0;
  if (!context ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, keys.cipher(),
                         keys.counter()) != 1 ||
      EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                        bytes(text), static_cast<int>(text.size())) != 1)
    library_failed();
  return out;
}

struct Envelope {
  std::string version, label, salt, mac, cipher_text;
};

base::Error malformed(const std::string& what, base::Pos pos) {
  return base::Error(base::Kind::input, "this is not an ansible-vault text: " + what, pos);
}

Envelope parse(std::string_view text, base::Pos pos) {
  const std::size_t end = text.find('\n');
  const std::vector<std::string> head = base::split(base::trim(text.substr(0, end)), ';');
  if (head.size() < 3 || head[0] != "$ANSIBLE_VAULT")
    throw malformed("its first line is damaged", pos);
  if (head[1] != "1.1" && head[1] != "1.2")
    throw malformed("version '" + head[1] + "' is not known", pos);
  if (head[2] != "AES256") throw malformed("cipher '" + head[2] + "' is not known", pos);
  std::string digits;
  for (const std::string_view line :
       base::lines_of(end == std::string_view::npos ? "" : text.substr(end + 1)))
    digits += base::trim(line);
  try {
    const std::vector<std::string> parts = base::split(base::unhex(digits), '\n');
    if (parts.size() != 3) throw malformed("its body is damaged", pos);
    return {head[1], head.size() > 3 ? head[3] : "", base::unhex(parts[0]), parts[1],
            base::unhex(parts[2])};
  } catch (const base::Error&) {
    throw malformed("its body is damaged", pos);
  }
}

std::optional<std::string> open_with(const Envelope& envelope, const base::Secret& password) {
  const Keys keys = derive(password, envelope.salt);
  const std::string mac = base::hex(mac_of(keys, envelope.cipher_text));
  if (mac.size() != envelope.mac.size() ||
      CRYPTO_memcmp(mac.data(), envelope.mac.data(), mac.size()) != 0)
    return std::nullopt;
  std::string text = crypt_counter(keys, envelope.cipher_text);
  const auto padding = text.empty() ? 0U : static_cast<unsigned char>(text.back());
  if (padding == 0 || padding > block_size || padding > text.size()) return std::nullopt;
  text.resize(text.size() - padding);
  return text;
}

// Which passwords were tried, and how to give another.
std::string hint_for(const Envelope& envelope, const std::vector<const VaultSecret*>& tried) {
  std::vector<std::string> ways;
  for (const VaultSecret* secret : tried)
    if (!secret->given_by.empty()) ways.push_back(secret->given_by);
  if (ways.empty()) return {};
  const std::string missing = envelope.label.empty()
                                  ? "give the one it was sealed with: --vault-password-file FILE"
                                  : "it was sealed under the label '" + envelope.label +
                                        "', give that one: --vault-id " + envelope.label + "@FILE";
  return "the password of " + base::join(ways, ", ") + " does not open it; " + missing;
}

}  // namespace

bool is_vault_text(std::string_view text) { return text.starts_with(magic); }

std::string open_vault(std::string_view vault_text, const std::vector<VaultSecret>& secrets,
                       base::Pos pos) {
  const Envelope envelope = parse(vault_text, pos);
  if (secrets.empty())
    throw base::Error(base::Kind::input, "Attempting to decrypt but no vault secrets found", pos)
        .set_hint("give the password with --vault-password-file, --vault-id or --ask-vault-pass");
  std::vector<const VaultSecret*> order;
  for (const VaultSecret& secret : secrets) order.push_back(&secret);
  std::stable_partition(order.begin(), order.end(),
                        [&](const VaultSecret* secret) { return secret->label == envelope.label; });
  for (const VaultSecret* secret : order)
    if (auto text = open_with(envelope, secret->password)) return *std::move(text);
  throw base::Error(base::Kind::input,
                    "Decryption failed (no vault secrets were found that could decrypt)", pos)
      .set_hint(hint_for(envelope, order));
}

base::Source opened(base::Source source, const std::vector<VaultSecret>& secrets) {
  if (!is_vault_text(source.text)) return source;
  const base::Pos pos{base::register_source(source.name, ""), 1, 1};
  return {std::move(source.name), open_vault(source.text, secrets, pos), true};
}

std::string seal_vault(std::string_view text, const VaultSecret& secret, bool with_label) {
  const std::string salt = random_bytes(salt_size);
  const Keys keys = derive(secret.password, salt);
  const std::size_t padding = block_size - text.size() % block_size;
  const std::string cipher_text =
      crypt_counter(keys, std::string(text) + std::string(padding, static_cast<char>(padding)));
  const std::string body = base::hex(base::hex(salt) + "\n" + base::hex(mac_of(keys, cipher_text)) +
                                     "\n" + base::hex(cipher_text));
  std::string sealed =
      with_label ? "$ANSIBLE_VAULT;1.2;AES256;" + secret.label : "$ANSIBLE_VAULT;1.1;AES256";
  for (std::size_t at = 0; at < body.size(); at += line_width)
    sealed += "\n" + body.substr(at, line_width);
  return sealed + "\n";
}

}  // namespace provisioner::crypto
