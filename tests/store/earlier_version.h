#pragma once

#include "provisioner/base/store/database.h"

namespace provisioner::store {

// A store as the second version of its schema had it: without what came since.
inline void make_second_version(Database& database) {
  database.execute(
      "ALTER TABLE boot_jobs DROP COLUMN written; ALTER TABLE boot_jobs DROP COLUMN end_kind; "
      "ALTER TABLE nodes DROP COLUMN heard; ALTER TABLE hardware DROP COLUMN looked; "
      "DROP TABLE identity; PRAGMA user_version = 2");
}

}  // namespace provisioner::store
