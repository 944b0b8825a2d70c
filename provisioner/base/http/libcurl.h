#pragma once

#include <curl/curl.h>

#include "provisioner/base/os/library.h"

namespace provisioner::http {

// The functions of libcurl, looked up when the first is called. Throws Error(failed) where the
// library is not there.
struct Libcurl {
  os::Library library{"libcurl.so.4", "libcurl4"};
  decltype(::curl_easy_cleanup)* curl_easy_cleanup =
      library.function<decltype(::curl_easy_cleanup)>("curl_easy_cleanup");
  decltype(::curl_easy_getinfo)* curl_easy_getinfo =
      library.function<decltype(::curl_easy_getinfo)>("curl_easy_getinfo");
  decltype(::curl_easy_init)* curl_easy_init =
      library.function<decltype(::curl_easy_init)>("curl_easy_init");
  decltype(::curl_easy_perform)* curl_easy_perform =
      library.function<decltype(::curl_easy_perform)>("curl_easy_perform");
  decltype(::curl_easy_reset)* curl_easy_reset =
      library.function<decltype(::curl_easy_reset)>("curl_easy_reset");
  decltype(::curl_easy_setopt)* curl_easy_setopt =
      library.function<decltype(::curl_easy_setopt)>("curl_easy_setopt");
  decltype(::curl_easy_strerror)* curl_easy_strerror =
      library.function<decltype(::curl_easy_strerror)>("curl_easy_strerror");
  decltype(::curl_global_init)* curl_global_init =
      library.function<decltype(::curl_global_init)>("curl_global_init");
  decltype(::curl_slist_append)* curl_slist_append =
      library.function<decltype(::curl_slist_append)>("curl_slist_append");
  decltype(::curl_slist_free_all)* curl_slist_free_all =
      library.function<decltype(::curl_slist_free_all)>("curl_slist_free_all");
};
const Libcurl& libcurl();

}  // namespace provisioner::http
