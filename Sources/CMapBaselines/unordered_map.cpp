#include "CMapBaselines.h"
