// ansible-vault envelopes, against the program itself where that is installed.

#include "provisioner/base/crypto/vault.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::crypto {
namespace {

std::string refusal_of(const std::string& text, const std::vector<VaultSecret>& secrets) {
  try {
    return "opened: " + open_vault(text, secrets, {});
  } catch (const base::Error& error) {
    return error.render();
  }
}

VaultSecret secret(const std::string& label, const std::string& password) {
  return {label, base::Secret(password)};
}

TEST(Vault, OpensWhatItSealed) {
  for (const std::string text : {"", "a", "sixteen bytes...", "and seventeen.....", "\xff\n\n"}) {
    const std::string sealed = seal_vault(text, secret("default", "pw"), false);
    EXPECT_EQ(refusal_of(sealed, {secret("default", "pw")}), "opened: " + text);
  }
}

TEST(Vault, NamesItsLabelWhereItIsToHaveOne) {
  const std::string sealed = seal_vault("text", secret("prod", "pw"), true);

  EXPECT_TRUE(is_vault_text(sealed));
  EXPECT_TRUE(sealed.starts_with("$ANSIBLE_VAULT;1.2;AES256;prod\n"));
  EXPECT_TRUE(
      seal_vault("text", secret("prod", "pw"), false).starts_with("$ANSIBLE_VAULT;1.1;AES256\n"));
}

TEST(Vault, TriesAllSecretsTheLabelledFirst) {
  const std::string sealed = seal_vault("text", secret("prod", "right"), true);

  EXPECT_EQ(refusal_of(sealed, {secret("a", "x"), secret("b", "right")}), "opened: text");
  EXPECT_EQ(refusal_of(sealed, {secret("a", "x"), secret("prod", "right")}), "opened: text");
}

TEST(Vault, SaysWhatIsMissingAndNoPassword) {
  const std::string sealed = seal_vault("text", secret("prod", "right"), true);

  EXPECT_EQ(refusal_of(sealed, {secret("prod", "canary")}),
            "error: Decryption failed (no vault secrets were found that could decrypt)");
  EXPECT_EQ(refusal_of(sealed, {}),
            "error: Attempting to decrypt but no vault secrets found\n"
            "hint: give the password with --vault-password-file, --vault-id or --ask-vault-pass");
}

TEST(Vault, SaysWhichPasswordsWereTriedAndWhichOneIsMissing) {
  const std::vector<VaultSecret> tried = {
      {"default", base::Secret("x"), "--vault-password-file vault.pass"},
      {"dev", base::Secret("y"), "--vault-id dev@dev.pass"}};

  EXPECT_EQ(refusal_of(seal_vault("text", secret("prod", "right"), true), tried),
            "error: Decryption failed (no vault secrets were found that could decrypt)\n"
            "hint: the password of --vault-password-file vault.pass, --vault-id dev@dev.pass does "
            "not open it; it was sealed under the label 'prod', give that one: --vault-id "
            "prod@FILE");
  EXPECT_EQ(refusal_of(seal_vault("text", secret("", "right"), false), tried),
            "error: Decryption failed (no vault secrets were found that could decrypt)\n"
            "hint: the password of --vault-password-file vault.pass, --vault-id dev@dev.pass does "
            "not open it; give the one it was sealed with: --vault-password-file FILE");
}

TEST(Vault, RefusesWhatIsNoEnvelope) {
  const std::vector<VaultSecret> secrets = {secret("a", "b")};

  EXPECT_EQ(refusal_of("$ANSIBLE_VAULT;1.1\n00", secrets),
            "error: this is not an ansible-vault text: its first line is damaged");
  EXPECT_EQ(refusal_of("$ANSIBLE_VAULT;2.0;AES256\n00", secrets),
            "error: this is not an ansible-vault text: version '2.0' is not known");
  EXPECT_EQ(refusal_of("$ANSIBLE_VAULT;1.1;DES\n00", secrets),
            "error: this is not an ansible-vault text: cipher 'DES' is not known");
  EXPECT_EQ(refusal_of("$ANSIBLE_VAULT;1.1;AES256\nzz", secrets),
            "error: this is not an ansible-vault text: its body is damaged");
  EXPECT_EQ(refusal_of("$ANSIBLE_VAULT;1.1;AES256\n", secrets),
            "error: this is not an ansible-vault text: its body is damaged");
}

TEST(Vault, RefusesABodyInWhichADigitChanged) {
  const std::string sealed = seal_vault("some text", secret("a", "pw"), false);
  std::string damaged = sealed;
  damaged[damaged.size() - 2] = damaged[damaged.size() - 2] == '0' ? '1' : '0';

  EXPECT_NE(refusal_of(damaged, {secret("a", "pw")}).substr(0, 6), "opened");
}

class VaultProgram : public testing::Test {
 protected:
  void SetUp() override {
    if (!os::find_program("ansible-vault")) GTEST_SKIP() << "there is no ansible-vault here";
    os::write_file(directory_.path() + "/password", "pass w\xC3\xB6rd\n", 0600);
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  // Each takes half a second: all files in one.
  void vault(const std::string& verb, const std::vector<std::string>& files,
             const std::string& id) {
    std::vector<std::string> argv = {"ansible-vault", verb, "--vault-id",
                                     id + "@" + path("password")};
    if (verb == "encrypt") argv.insert(argv.end(), {"--encrypt-vault-id", id});
    argv.insert(argv.end(), files.begin(), files.end());
    os::run_checked({.argv = argv});
  }

  os::TemporaryDirectory directory_;
  VaultSecret secret_ = secret("default", "pass w\xC3\xB6rd");
};

TEST_F(VaultProgram, SealsWhatWeOpen) {
  os::write_file(path("a"), "a: 1\n");
  os::write_file(path("b"), std::string(4096, 'x') + "\xC3\xA9\n");
  os::write_file(path("c"), "c: 3\n");

  vault("encrypt", {path("a"), path("b")}, "default");
  vault("encrypt", {path("c")}, "prod");

  EXPECT_TRUE(os::require_file(path("a")).starts_with("$ANSIBLE_VAULT;1.1;AES256\n"));
  EXPECT_TRUE(os::require_file(path("c")).starts_with("$ANSIBLE_VAULT;1.2;AES256;prod\n"));
  EXPECT_EQ(refusal_of(os::require_file(path("a")), {secret_}), "opened: a: 1\n");
  EXPECT_EQ(refusal_of(os::require_file(path("b")), {secret_}),
            "opened: " + std::string(4096, 'x') + "\xC3\xA9\n");
  EXPECT_EQ(refusal_of(os::require_file(path("c")), {secret_}), "opened: c: 3\n");
}

TEST_F(VaultProgram, OpensWhatWeSeal) {
  const VaultSecret prod = secret("prod", "pass w\xC3\xB6rd");
  os::write_file(path("a"), seal_vault("a: 1\n", secret_, false));
  os::write_file(path("b"), seal_vault("", secret_, false));
  os::write_file(path("c"), seal_vault(std::string(1600, 'c'), prod, true));

  vault("decrypt", {path("a"), path("b"), path("c")}, "prod");

  EXPECT_EQ(os::require_file(path("a")), "a: 1\n");
  EXPECT_EQ(os::require_file(path("b")), "");
  EXPECT_EQ(os::require_file(path("c")), std::string(1600, 'c'));
}

}  // namespace
}  // namespace provisioner::crypto
