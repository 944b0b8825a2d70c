#pragma once

#include <map>
#include <string>

namespace provisioner::gates {

// What came of one request that the controller has sent: an answer of HTTP, or why there is none.
struct Answer {
  int status = 0;  // 0: none
  std::string body = {};
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string failure = {};

  bool is_fine() const { return status >= 200 && status < 300; }
  std::string header(const std::string& name) const;
  std::string text() const;  // "status 403: the beginning of its body", or the failure; one line
};

}  // namespace provisioner::gates
