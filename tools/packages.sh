# need <what>=<Debian package> …: installs by apt what is missing, or says what to install and ends the script.
# <what> is a command, with a slash a header that g++ must find, or a file: need cmake=cmake gtest/gtest.h=libgtest-dev /usr/lib/x.a=x-dev

igata_has() {
  case $1 in
    /*) [ -e "$1" ] ;;
    */*) echo "#include <$1>" | g++ -x c++ -std=c++20 -fsyntax-only - 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

need() {
  local pair root= missing=()
  for pair in "$@"; do igata_has "${pair%%=*}" || missing+=("${pair#*=}"); done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  if command -v apt-get >/dev/null; then
    if [ "$(id -u)" -ne 0 ]; then
      if [ -t 0 ]; then root="sudo"; else root="sudo -n"; fi
      $root true 2>/dev/null || root=none
    fi
    if [ "$root" != none ]; then
      echo "installing ${missing[*]}"
      $root apt-get update -qq || true
      $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || true
      hash -r
    fi
  fi
  missing=()
  for pair in "$@"; do igata_has "${pair%%=*}" || missing+=("${pair#*=}"); done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "please install: ${missing[*]} (Debian: apt-get install ${missing[*]})" >&2
    exit 1
  fi
}
