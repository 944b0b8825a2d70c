#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/platform/gates/answer.h"
#include "provisioner/platform/gates/trial.h"

namespace provisioner::gates {

// What a server that speaks Vault's HTTP API has answered about an environment's secrets. Bodies
// hold secrets: no line shows one of an answer that was fine.
struct VaultAnswers {
  std::string path;                            // "secret/phalanx/base"
  Answer login = {};                           // by the cluster's AppRole
  Answer mount = {};                           // what is mounted at the path
  Answer listing = {};                         // names of secrets below the path
  Answer reader_may = {};                      // what the cluster's token may do to a secret
  bool has_writer = false;                     // staff's token is known here
  Answer writer = {};                          // what it is
  Answer writer_may = {};                      // what it may do to a secret
  std::map<std::string, Answer> secrets = {};  // by application
  std::map<std::string, std::vector<std::string>> wanted = {};  // keys that people must give
  std::vector<std::string> registries = {};  // whose names and passwords they must give
  Answer pull_secret = {};                   // what those have become
};

// P-5: KV of version 2, a role that reads and does not write, a token that writes, and every secret
// that nobody but people can make.
std::vector<Line> lines_of(const VaultAnswers& answers);

// "client_token" of a login; "" where it is none.
std::string token_in(const Answer& login);

}  // namespace provisioner::gates
