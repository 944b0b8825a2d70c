#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/front/platform/gates_here.h"
#include "provisioner/platform/gates/answer.h"

namespace provisioner::platform {

// A log-in to Phalanx's Vault as the cluster's role (`phalanx_vault`), given back when this goes.
class VaultSession {
 public:
  // Throws Error(input) where no Vault or no role is declared.
  explicit VaultSession(const GatesSite& site);
  VaultSession(const VaultSession&) = delete;
  VaultSession& operator=(const VaultSession&) = delete;
  ~VaultSession();

  const gates::Answer& login() const { return login_; }
  const base::Secret& token() const { return token_; }
  const std::string& path() const { return path_; }  // "secret/phalanx/base"
  gates::Answer get(const std::string& path) const;
  gates::Answer get(const std::string& path, const base::Secret& token) const;
  gates::Answer post(const std::string& path, const std::string& body,
                     const base::Secret& token) const;
  // "secret/data/phalanx/base/NAME": where KV 2 has a secret; `of` is "data" or "metadata".
  std::string place(const std::string& of, const std::string& name) const;

 private:
  std::string url_, path_;
  gates::Answer login_ = {};
  base::Secret token_;
};

// P-5
std::vector<gates::Line> try_vault(const HereContext& context);

// The chain that Vault has for the environment's ingress; "" where nobody can know it here.
std::string certificate_in_vault(const GatesSite& site);

}  // namespace provisioner::platform
