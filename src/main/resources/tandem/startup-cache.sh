# Makes the startup caches in the folder above the one that it is started in, which holds the programs
# that train them, and goes in the end.
#
# Whoever makes caches holds the lock of the file `building`: the kernel frees it when this shell and
# all that it has started have ended. One that comes meanwhile goes away.
#
# $1 java, $2 the kit's jar, $3 the stamp of both, then the command of a worker's JVM, without what it
# runs.
set -u
java=$1
jar=$2
stamp=$3
shift 3
work=$PWD
caches=${work%/*}

exec 9>"$caches/building"
if ! flock -n 9; then
    rm -rf "$work"
    exit
fi
# What a builder that was killed has left goes; one that has just come may lose its folder by it, and
# with that its work, which is done here. Under a name that is always the same, the second start of the
# script that trains finds its classes.
for other in "$caches"/new*; do
    [ "$other" = "$work" ] || rm -rf "$other"
done
mv "$work" "$caches/new"
work=$caches/new
cd "$work" || exit
rm -f "$caches"/*.script "$caches"/*.tmp

# Seconds that a command may take, where there is a command to see to it: one that hangs, as its jar has
# gone, would hold the lock.
limit=
! command -v timeout >/dev/null || limit="timeout -k 5 300"

# Runs a command. What one says that fails is kept, with the command.
try() {
    # shellcheck disable=SC2086 # the limit is words
    $limit "$@" >said 2>&1 && return
    status=$?
    {
        echo "ended with $status: $*"
        cat said
    } >>failed
    return $status
}

# Turns a list of classes into an archive: $1 its kind, then the command, without what it would run.
archive() {
    kind=$1
    shift
    try "$@" -XX:SharedArchiveFile="$kind.jsa" -XX:SharedClassListFile="$kind.lst" \
        -XX:+AOTClassLinking -Xshare:dump || rm -f "$kind.jsa"
}

# Joins lists of classes: the numbers and the sources of the classes fit only one of them.
join() {
    sed -e '/ source: /d' -e 's/ id: .*//' "$@"
}

# The workers list their classes.
training=-Dtandem.dir=.

# And so does, once, the program that starts them, which is a source file too.
try "$@" $training -XX:DumpLoadedClassList=main.lst -Dtandem.training=worker.lst Training.java TrainingScript
join main.lst worker.lst >script.lst
# What java adds by itself before it runs a source file.
archive script "$@" --add-modules=ALL-DEFAULT

try "$@" $training -Dtandem.training=compiled.lst Training.java TrainingScript
try "$@" $training -Dtandem.training=code.lst Training.java
join code.lst compiled.lst >job.lst
archive job "$@"

# The front end as scripts/tandem starts it at a terminal, though there is none: a cache fits only the
# class path and the options that decide which modules there are.
set -- "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Djava.util.prefs.userRoot=. \
    -Dstdin.encoding=UTF-8 -cp "$jar"
try "$@" -XX:DumpLoadedClassList=shell.lst -Dtandem.prompt=training tandem.prompt.Prompt \
    --class-path "$jar" --execution tandem <Training.jsh
archive shell "$@"

# For whoever asks why one is not there, or slow: tandem doctor names it.
rm -f "$caches/failed"
[ ! -f failed ] || mv failed "$caches"

# What says how large they are comes last, and is newer.
rm -f "$caches/made"
echo "$stamp" >made
for kind in job script shell; do
    if [ -s $kind.jsa ]; then
        echo "$kind $(wc -c <$kind.jsa)" >>made
        mv -f $kind.jsa "$caches"
    else
        echo "$kind 0" >>made
        rm -f "$caches/$kind.jsa"
    fi
done
touch made
mv -f made "$caches"
rm -rf "$work" "$caches"/*%new%TrainingScript.java.script
