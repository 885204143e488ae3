// SystemErrorText: why the operating system refused, in Chinese, for sentences that an operator
// reads about a file or folder. The code and reason of such an error are the caller's to choose.

#ifndef ONETHING_LIBS_BASE_SYSTEM_ERROR_H_
#define ONETHING_LIBS_BASE_SYSTEM_ERROR_H_

#include <string>
#include <system_error>

namespace onething {

// What `error`, a value of errno, says: `没有权限`. An error without a sentence of its own is told
// by its number and the system's words.
std::string SystemErrorText(int error);

// The same for an error of std::filesystem, whose values are those of errno.
inline std::string SystemErrorText(const std::error_code& error) {
  return SystemErrorText(error.value());
}

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_SYSTEM_ERROR_H_
