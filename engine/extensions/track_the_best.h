/* engine/extensions/track_the_best.h -- settings of TrackTheBest, for EarlyStopping. */
#ifndef ENGINE_EXTENSIONS_TRACK_THE_BEST_H
#define ENGINE_EXTENSIONS_TRACK_THE_BEST_H

struct track_the_best {
    const char *record_name;
    const char *notification_name; /* NULL or "": record_name_best_so_far */
    const char *choose_best;       /* "min", "max", or a Lua function */
};

#endif
