#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"

struct ldap;
struct ldapmsg;

namespace provisioner::ldap {

// Where a directory is, and as whom it is read.
struct Access {
  std::string url;           // ldaps://..., ldap://... or ldapi://...
  bool starts_tls = false;   // over ldap:// (RFC 4513, section 3)
  std::string ca_file = {};  // of who signed the server's certificate; empty: the system's
  std::string bind_dn = {};  // empty: nobody
  base::Secret password = {};
  std::chrono::seconds deadline{30};  // of each answer: connection, TLS, bind, one page
};

struct Query {
  std::string base, filter;  // the whole tree below `base`; RFC 4515
  std::vector<std::string> attributes;
  int page = 1000;                     // entries an answer (RFC 2696)
  std::size_t most_entries = 500'000;  // of all answers
};

struct Entry {
  std::string dn;
  std::map<std::string, std::vector<std::string>> attributes;  // names in lower case
};

// One connection to a directory, for one thread. The server's certificate is held against its
// authority and name, always; referrals are not followed; a simple bind is made over TLS or a
// socket of this machine alone. Reads only.
class Directory {
 public:
  // Throws Error(unreachable) for no connection, no TLS or a deadline; Error(refused) for a name or
  // a password that the directory does not take, or that would go out in the clear.
  explicit Directory(const Access& access);

  // Throws Error(input) for a filter or a base that cannot be; Error(refused) where it may not be
  // read, or not all of it: nobody takes a part for the whole; Error(unreachable).
  std::vector<Entry> search(const Query& query);

 private:
  struct Close {
    void operator()(::ldap* handle) const;
  };
  struct Free {
    void operator()(::ldapmsg* message) const;
  };
  using Message = std::unique_ptr<::ldapmsg, Free>;

  void set_options(const Access& access);
  void bind(const Access& access);
  Message page_of(const Query& query, const std::string& cookie);
  std::string next_cookie(const Query& query, const Message& page);
  void take_entries(const Message& page, std::vector<Entry>& into);

  std::string url_;
  std::chrono::seconds deadline_;
  std::unique_ptr<::ldap, Close> handle_;
};

}  // namespace provisioner::ldap
