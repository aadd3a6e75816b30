<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Banner</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>CaseImages</name>
    <message>
        <source>Case {case}
{file}</source>
        <translation>Fall {case}
{file}</translation>
    </message>
    <message>
        <source>Image only</source>
        <translation>Nur das Bild</translation>
    </message>
    <message>
        <source>Image with the original network&apos;s prediction</source>
        <translation>Bild mit der Vorhersage des Originalnetzes</translation>
    </message>
    <message>
        <source>Image with the pruned network&apos;s prediction</source>
        <translation>Bild mit der Vorhersage des geprunten Netzes</translation>
    </message>
    <message>
        <source>Mark differences</source>
        <translation>Unterschiede markieren</translation>
    </message>
    <message>
        <source>Original: {prediction}</source>
        <translation>Original: {prediction}</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>Vorhersagen</translation>
    </message>
    <message>
        <source>Pruned: {prediction}</source>
        <translation>Geprunt: {prediction}</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>Where the two networks do not agree</source>
        <translation>Wo die beiden Netze nicht übereinstimmen</translation>
    </message>
    <message>
        <source>networks differ</source>
        <translation>Netze uneins</translation>
    </message>
    <message>
        <source>{case}, Dice against the reference</source>
        <translation>{case}, Dice gegen die Referenz</translation>
    </message>
    <message>
        <source>{case}, reference: {truth}</source>
        <translation>{case}, Referenz: {truth}</translation>
    </message>
    <message>
        <source>{case}: reading...</source>
        <translation>{case}: wird gelesen...</translation>
    </message>
    <message>
        <source>{mean} ({parts})</source>
        <translation>{mean} ({parts})</translation>
    </message>
    <message>
        <source>{prediction} (wrong)</source>
        <translation>{prediction} (falsch)</translation>
    </message>
</context>
<context>
    <name>CaseModel</name>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Case {case}
Patient {patient}</source>
        <translation>Fall {case}
Patient {patient}</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Dice orig.</source>
        <translation>Dice orig.</translation>
    </message>
    <message>
        <source>Dice pruned</source>
        <translation>Dice geprunt</translation>
    </message>
    <message>
        <source>Dice, mean over the structures; 1 is perfect</source>
        <translation>Dice, Mittel über die Strukturen; 1 ist vollkommen</translation>
    </message>
    <message>
        <source>Dice: original {original}, pruned {pruned}</source>
        <translation>Dice: Original {original}, geprunt {pruned}</translation>
    </message>
    <message>
        <source>Orig.</source>
        <translation>Orig.</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Probability that the network gives to the true class</source>
        <translation>Wahrscheinlichkeit, die das Netz der wahren Klasse gibt</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Geprunt</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>Reference {truth}</source>
        <translation>Referenz {truth}</translation>
    </message>
    <message>
        <source>p orig.</source>
        <translation>p orig.</translation>
    </message>
    <message>
        <source>p pruned</source>
        <translation>p geprunt</translation>
    </message>
    <message>
        <source>{network}: {predicted}, {score} for the true class</source>
        <translation>{network}: {predicted}, {score} für die wahre Klasse</translation>
    </message>
</context>
<context>
    <name>CertificateDialog</name>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Channels that can only go together form a group. A trial removal proved the pruned network equal to the original with the same channels at zero; what failed the trial or has no safe rule stays.</source>
        <translation>Kanäle, die nur zusammen entfernt werden können, bilden eine Gruppe. Ein Probeentfernen hat bewiesen, dass das geprunte Netz dem Original mit denselben Kanälen auf null gleicht; was die Probe nicht bestand oder keine sichere Regel hat, bleibt.</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Groups of channels</source>
        <translation>Kanalgruppen</translation>
    </message>
    <message>
        <source>Only groups that must stay ({n})</source>
        <translation>Nur Gruppen, die bleiben müssen ({n})</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Prunable</source>
        <translation>Prunbar</translation>
    </message>
    <message>
        <source>What can be pruned</source>
        <translation>Was geprunt werden kann</translation>
    </message>
    <message>
        <source>Why not</source>
        <translation>Warum nicht</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
</context>
<context>
    <name>DataDialog</name>
    <message>
        <source> bits</source>
        <translation> Bit</translation>
    </message>
    <message>
        <source>A folder per class</source>
        <translation>Ein Ordner je Klasse</translation>
    </message>
    <message>
        <source>A table of cases (CSV)</source>
        <translation>Eine Tabelle der Fälle (CSV)</translation>
    </message>
    <message>
        <source>Axial</source>
        <translation>Axial</translation>
    </message>
    <message>
        <source>Choose an existing file or folder</source>
        <translation>Wählen Sie eine vorhandene Datei oder einen Ordner</translation>
    </message>
    <message>
        <source>Choose data</source>
        <translation>Daten wählen</translation>
    </message>
    <message>
        <source>Choose the folder with a folder per class in it</source>
        <translation>Wählen Sie den Ordner, in dem je Klasse ein Ordner liegt</translation>
    </message>
    <message>
        <source>Choose the table itself, a CSV file</source>
        <translation>Wählen Sie die Tabelle selbst, eine CSV-Datei</translation>
    </message>
    <message>
        <source>Choose where the images are.</source>
        <translation>Wählen Sie, wo die Bilder liegen.</translation>
    </message>
    <message>
        <source>Class column</source>
        <translation>Spalte der Klasse</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Classes and splits</source>
        <translation>Klassen und Aufteilung</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>Koronar</translation>
    </message>
    <message>
        <source>File column</source>
        <translation>Spalte der Datei</translation>
    </message>
    <message>
        <source>For marking structures: NIfTI images and label maps</source>
        <translation>Zum Markieren von Strukturen: NIfTI-Bilder und Labelkarten</translation>
    </message>
    <message>
        <source>Gap in slices</source>
        <translation>Abstand in Schichten</translation>
    </message>
    <message>
        <source>Grey levels</source>
        <translation>Graustufen</translation>
    </message>
    <message>
        <source>Grey values outside these percentiles are cut off: against single very bright pixels</source>
        <translation>Grauwerte außerhalb dieser Perzentile werden gekappt: gegen einzelne sehr helle Pixel</translation>
    </message>
    <message>
        <source>Image size</source>
        <translation>Bildgröße</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Images sorted into folders named by class</source>
        <translation>Bilder, sortiert in Ordner mit dem Namen der Klasse</translation>
    </message>
    <message>
        <source>Its columns are {names}</source>
        <translation>Ihre Spalten sind {names}</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Label maps</source>
        <translation>Labelkarten</translation>
    </message>
    <message>
        <source>NIfTI (*.nii *.nii.gz *.img *.hdr);;All files (*)</source>
        <translation>NIfTI (*.nii *.nii.gz *.img *.hdr);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>One line an image: file, class, patient, split</source>
        <translation>Eine Zeile je Bild: Datei, Klasse, Patient, Teil</translation>
    </message>
    <message>
        <source>Patient column</source>
        <translation>Spalte des Patienten</translation>
    </message>
    <message>
        <source>Percentiles</source>
        <translation>Perzentile</translation>
    </message>
    <message>
        <source>Positive class</source>
        <translation>Positive Klasse</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>Sagittal</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Slices left out between the parts where there is one volume only</source>
        <translation>Schichten, die zwischen den Teilen ausgelassen werden, wo es nur ein Volumen gibt</translation>
    </message>
    <message>
        <source>Split column</source>
        <translation>Spalte des Teils</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
    <message>
        <source>Use these data</source>
        <translation>Diese Daten verwenden</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>Validierung</translation>
    </message>
    <message>
        <source>Volumes with label maps</source>
        <translation>Volumen mit Labelkarten</translation>
    </message>
    <message>
        <source>as found; or names separated by commas</source>
        <translation>wie gefunden; oder Namen, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>automatic; or the class that means ill</source>
        <translation>automatisch; oder die Klasse, die krank bedeutet</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>rows x columns</source>
        <translation>Zeilen x Spalten</translation>
    </message>
    <message>
        <source>say which column holds the {field}</source>
        <translation>geben Sie an, welche Spalte {field} enthält</translation>
    </message>
    <message>
        <source>the table has no column {column}</source>
        <translation>die Tabelle hat keine Spalte {column}</translation>
    </message>
    <message>
        <source>there is nothing of this name</source>
        <translation>es gibt nichts mit diesem Namen</translation>
    </message>
    <message>
        <source>this is a file</source>
        <translation>dies ist eine Datei</translation>
    </message>
    <message>
        <source>this is a folder</source>
        <translation>dies ist ein Ordner</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>{levels} grey levels</source>
        <translation>{levels} Graustufen</translation>
    </message>
</context>
<context>
    <name>DataSection</name>
    <message>
        <source>A folder per class</source>
        <translation>Ein Ordner je Klasse</translation>
    </message>
    <message>
        <source>A table of cases</source>
        <translation>Eine Tabelle der Fälle</translation>
    </message>
    <message>
        <source>Choose data...</source>
        <translation>Daten wählen...</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Experiments (*.toml)</source>
        <translation>Experimente (*.toml)</translation>
    </message>
    <message>
        <source>Experiments (*.toml);;All files (*)</source>
        <translation>Experimente (*.toml);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Name of the experiment</source>
        <translation>Name des Experiments</translation>
    </message>
    <message>
        <source>No data chosen yet.</source>
        <translation>Noch keine Daten gewählt.</translation>
    </message>
    <message>
        <source>Open experiment</source>
        <translation>Experiment öffnen</translation>
    </message>
    <message>
        <source>Open experiment...</source>
        <translation>Experiment...</translation>
    </message>
    <message>
        <source>Save all settings as an experiment file; medprune run takes it too</source>
        <translation>Alle Einstellungen als Experimentdatei speichern; auch medprune run nimmt sie</translation>
    </message>
    <message>
        <source>Save experiment</source>
        <translation>Experiment speichern</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>Speichern...</translation>
    </message>
    <message>
        <source>Take all settings from an experiment file (TOML)</source>
        <translation>Alle Einstellungen aus einer Experimentdatei (TOML) übernehmen</translation>
    </message>
    <message>
        <source>Volumes with label maps</source>
        <translation>Volumen mit Labelkarten</translation>
    </message>
    <message>
        <source>{kind}: {name}
{rows} x {columns} pixels, {levels} grey levels</source>
        <translation>{kind}: {name}
{rows} x {columns} Pixel, {levels} Graustufen</translation>
    </message>
</context>
<context>
    <name>EstimateSection</name>
    <message>
        <source>Calculating...</source>
        <translation>Wird berechnet...</translation>
    </message>
    <message>
        <source>Choose data to see what pruning would leave.</source>
        <translation>Wählen Sie Daten, um zu sehen, was das Pruning übrig ließe.</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>Every group of channels, and why some must stay</source>
        <translation>Jede Kanalgruppe, und warum manche bleiben müssen</translation>
    </message>
    <message>
        <source>Exact: no (largest difference {error}).</source>
        <translation>Exakt: nein (größte Abweichung {error}).</translation>
    </message>
    <message>
        <source>Exact: yes, proven by trial (largest difference {error}).</source>
        <translation>Exakt: ja, durch Probe bewiesen (größte Abweichung {error}).</translation>
    </message>
    <message>
        <source>Groups...</source>
        <translation>Gruppen...</translation>
    </message>
    <message>
        <source>Layers and residual blocks can go whose output has the shape of their input: each is tried first.</source>
        <translation>Schichten und Residualblöcke können entfallen, deren Ausgabe die Form ihrer Eingabe hat: Jede wird erst erprobt.</translation>
    </message>
    <message>
        <source>Lock groups of channels, or give them amounts of their own</source>
        <translation>Kanalgruppen sperren oder ihnen eigene Anteile geben</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Model file</source>
        <translation>Modelldatei</translation>
    </message>
    <message>
        <source>Nothing of this network can be pruned: see why below.</source>
        <translation>Von diesem Netz kann nichts geprunt werden: Gründe siehe unten.</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Spitzenspeicher</translation>
    </message>
    <message>
        <source>Prunable: {n} of {m} groups of channels.</source>
        <translation>Prunbar: {n} von {m} Kanalgruppen.</translation>
    </message>
    <message>
        <source>Rough: ranked by untrained weights; the run ranks by trained ones.</source>
        <translation>Grob: Rangfolge nach untrainierten Gewichten; der Lauf nimmt die trainierten.</translation>
    </message>
    <message>
        <source>Sensitivity...</source>
        <translation>Empfindlichkeit...</translation>
    </message>
    <message>
        <source>The estimate follows when sensitivity is measured.</source>
        <translation>Die Schätzung folgt, wenn die Empfindlichkeit gemessen ist.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Up to {parameters} of the parameters and {macs} of the MACs can go.</source>
        <translation>Bis zu {parameters} der Parameter und {macs} der MACs können entfallen.</translation>
    </message>
    <message>
        <source>Weights in single precision, without the file&apos;s header</source>
        <translation>Gewichte in einfacher Genauigkeit, ohne den Kopf der Datei</translation>
    </message>
    <message>
        <source>What a forward pass holds at once at most, measured</source>
        <translation>Was ein Vorwärtsdurchlauf höchstens auf einmal belegt, gemessen</translation>
    </message>
    <message>
        <source>What can be pruned...</source>
        <translation>Was geprunt werden kann...</translation>
    </message>
    <message>
        <source>What pruning each group of channels costs on the validation cases</source>
        <translation>Was das Pruning jeder Kanalgruppe auf den Validierungsfällen kostet</translation>
    </message>
    <message>
        <source>Where channels are removed, groups can be locked or given amounts of their own</source>
        <translation>Wo Kanäle entfernt werden, können Gruppen gesperrt werden oder eigene Anteile erhalten</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>faster</source>
        <translation>schneller</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>weniger</translation>
    </message>
    <message>
        <source>larger</source>
        <translation>größer</translation>
    </message>
    <message>
        <source>less</source>
        <translation>weniger</translation>
    </message>
    <message>
        <source>more</source>
        <translation>mehr</translation>
    </message>
    <message>
        <source>slower</source>
        <translation>langsamer</translation>
    </message>
    <message>
        <source>smaller</source>
        <translation>kleiner</translation>
    </message>
    <message>
        <source>{how}: measured, and predicted from measured times of layers</source>
        <translation>{how}: gemessen, und aus gemessenen Zeiten der Schichten vorhergesagt</translation>
    </message>
    <message>
        <source>{zeroed} zeroed</source>
        <translation>{zeroed} auf null gesetzt</translation>
    </message>
</context>
<context>
    <name>EvaluationSection</name>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>AUC for two classes, accuracy for more, Dice for structures</source>
        <translation>AUC bei zwei Klassen, Genauigkeit bei mehr, Dice bei Strukturen</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The largest loss that would still count as as good as the original</source>
        <translation>Der größte Verlust, der noch als so gut wie das Original gilt</translation>
    </message>
    <message>
        <source>The same seed repeats a run</source>
        <translation>Derselbe Startwert wiederholt einen Lauf</translation>
    </message>
</context>
<context>
    <name>EventLoopBorder</name>
    <message>
        <source>Something unforeseen went wrong ({kind}: {text}). You can go on with your work.</source>
        <translation>Etwas Unvorhergesehenes ist schiefgegangen ({kind}: {text}). Sie können weiterarbeiten.</translation>
    </message>
    <message>
        <source>no further word</source>
        <translation>ohne nähere Angabe</translation>
    </message>
</context>
<context>
    <name>FloorForm</name>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Classes are listed here once data and network were looked at.</source>
        <translation>Klassen stehen hier, sobald Daten und Netz angesehen wurden.</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice</translation>
    </message>
    <message>
        <source>How many smaller steps are tried after one that fell too far</source>
        <translation>Wie viele kleinere Schritte versucht werden, nachdem einer zu weit abfiel</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>Of a class: against the rest</source>
        <translation>Einer Klasse: gegen die übrigen</translation>
    </message>
    <message>
        <source>Of a class: the share of its cases that is found</source>
        <translation>Einer Klasse: der Anteil ihrer Fälle, der gefunden wird</translation>
    </message>
    <message>
        <source>Over all</source>
        <translation>Insgesamt</translation>
    </message>
    <message>
        <source>Step back where this falls on the validation cases by more than</source>
        <translation>Zurückgehen, wo dies auf den Validierungsfällen um mehr abfällt als</translation>
    </message>
    <message>
        <source>The metric over all classes</source>
        <translation>Das Maß über alle Klassen</translation>
    </message>
    <message>
        <source>The metric that the verdict is about</source>
        <translation>Das Maß, um das es beim Urteil geht</translation>
    </message>
    <message>
        <source>The most that it may fall, in points from 0 to 1</source>
        <translation>Um so viel darf es höchstens abfallen, in Punkten von 0 bis 1</translation>
    </message>
    <message>
        <source>The verdict&apos;s</source>
        <translation>Das des Urteils</translation>
    </message>
    <message>
        <source>This schedule cuts once, so there is no smaller step to go back to. Choose another one.</source>
        <translation>Dieser Zeitplan schneidet nur einmal; einen kleineren Schritt, zu dem man zurückgehen könnte, gibt es nicht. Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>{name}: may fall by</source>
        <translation>{name}: darf abfallen um</translation>
    </message>
</context>
<context>
    <name>GroupTable</name>
    <message>
        <source>All weights that go with the group&apos;s channels; a weight between two groups counts in both</source>
        <translation>Alle Gewichte, die mit den Kanälen der Gruppe entfallen; ein Gewicht zwischen zwei Gruppen zählt bei beiden</translation>
    </message>
    <message>
        <source>The parameters add up to {total}, more than the network&apos;s {parameters}: a weight between two groups counts in both.</source>
        <translation>Die Parameter ergeben zusammen {total}, mehr als die {parameters} des Netzes: Ein Gewicht zwischen zwei Gruppen zählt bei beiden.</translation>
    </message>
</context>
<context>
    <name>GroupsDialog</name>
    <message>
        <source>Filter by name</source>
        <translation>Nach Namen filtern</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Groups of channels</source>
        <translation>Kanalgruppen</translation>
    </message>
    <message>
        <source>Set, but no prunable group of this network: {names}</source>
        <translation>Eingestellt, aber keine prunbare Gruppe dieses Netzes: {names}</translation>
    </message>
    <message>
        <source>What is set here holds for one group alone, whatever the allocation says. Space locks the selected groups. Type into the framed cells to set an amount or the least channels, Delete empties them.</source>
        <translation>Was hier eingestellt ist, gilt für die eine Gruppe, was immer die Aufteilung sagt. Die Leertaste sperrt die gewählten Gruppen. Tippen Sie in die umrandeten Zellen, um einen Anteil oder die Mindestzahl der Kanäle zu setzen; Entf leert sie.</translation>
    </message>
</context>
<context>
    <name>GroupsModel</name>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Least</source>
        <translation>Mindestens</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>Nothing of a locked group is removed</source>
        <translation>Aus einer gesperrten Gruppe wird nichts entfernt</translation>
    </message>
    <message>
        <source>Own amount</source>
        <translation>Eigener Anteil</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Share of the group that goes; empty: as the allocation says</source>
        <translation>Anteil der Gruppe, der entfällt; leer: wie die Aufteilung sagt</translation>
    </message>
    <message>
        <source>Stays: {reason}</source>
        <translation>Bleibt: {reason}</translation>
    </message>
    <message>
        <source>The fewest channels that stay; empty: as for all groups</source>
        <translation>Die wenigsten Kanäle, die bleiben; leer: wie bei allen Gruppen</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>wie alle</translation>
    </message>
    <message>
        <source>it cannot be pruned</source>
        <translation>sie kann nicht geprunt werden</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>bleibt</translation>
    </message>
    <message>
        <source>{text} is no number of channels: type 1 to {most}</source>
        <translation>{text} ist keine Zahl von Kanälen: Geben Sie 1 bis {most} ein</translation>
    </message>
    <message>
        <source>{text} is no share: type 0 to 99.9, in percent</source>
        <translation>{text} ist kein Anteil: Geben Sie 0 bis 99.9 ein, in Prozent</translation>
    </message>
</context>
<context>
    <name>GroupsTable</name>
    <message>
        <source>Channel groups</source>
        <translation>Kanalgruppen</translation>
    </message>
</context>
<context>
    <name>HeatDialog</name>
    <message>
        <source>Clear below</source>
        <translation>Durchsichtig unter</translation>
    </message>
    <message>
        <source>Colours from</source>
        <translation>Farben von</translation>
    </message>
    <message>
        <source>Colours from the lowest to the highest value</source>
        <translation>Farben vom niedrigsten zum höchsten Wert</translation>
    </message>
    <message>
        <source>Colours of the heat map</source>
        <translation>Farben der Heatmap</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>The last colour must stand for a higher value than the first.</source>
        <translation>Die letzte Farbe muss für einen höheren Wert stehen als die erste.</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Image {0} / {1}</source>
        <translation>Bild {0} / {1}</translation>
    </message>
    <message>
        <source>Slice {0} / {1}</source>
        <translation>Schicht {0} / {1}</translation>
    </message>
    <message>
        <source>Zoom {0} %</source>
        <translation>Zoom {0} %</translation>
    </message>
    <message>
        <source>inverted</source>
        <translation>invertiert</translation>
    </message>
</context>
<context>
    <name>ImageTools</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Drawing the film ...</source>
        <translation>Der Film wird gezeichnet ...</translation>
    </message>
    <message>
        <source>Films (*.gif *.mp4)</source>
        <translation>Filme (*.gif *.mp4)</translation>
    </message>
    <message>
        <source>List of measurements</source>
        <translation>Liste der Messungen</translation>
    </message>
    <message>
        <source>Mask from a range of values...</source>
        <translation>Maske aus einem Wertebereich...</translation>
    </message>
    <message>
        <source>No figure</source>
        <translation>Keine Figur</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg)</source>
        <translation>Bilder (*.png *.jpg)</translation>
    </message>
    <message>
        <source>Remove all of this image</source>
        <translation>Alle dieses Bildes entfernen</translation>
    </message>
    <message>
        <source>Save all images</source>
        <translation>Alle Bilder speichern</translation>
    </message>
    <message>
        <source>Save measurements</source>
        <translation>Messungen speichern</translation>
    </message>
    <message>
        <source>Save measurements...</source>
        <translation>Messungen speichern...</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>Film speichern</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>The left button sets the window</source>
        <translation>Die linke Taste stellt die Fensterung ein</translation>
    </message>
    <message>
        <source>each image is a mosaic of several slices</source>
        <translation>jedes Bild ist ein Mosaik aus mehreren Schichten</translation>
    </message>
    <message>
        <source>from the straightened slices</source>
        <translation>aus den begradigten Schichten</translation>
    </message>
    <message>
        <source>several images lie at the same place</source>
        <translation>mehrere Bilder liegen an derselben Stelle</translation>
    </message>
    <message>
        <source>the files do not say how far apart or how thick the slices are</source>
        <translation>die Dateien sagen nicht, wie weit auseinander oder wie dick die Schichten sind</translation>
    </message>
    <message>
        <source>the files do not say where the slices lie</source>
        <translation>die Dateien sagen nicht, wo die Schichten liegen</translation>
    </message>
    <message>
        <source>the slices are not evenly spaced</source>
        <translation>die Schichtabstände sind ungleich</translation>
    </message>
</context>
<context>
    <name>JobCurves</name>
    <message>
        <source>Curves appear with the first epoch.</source>
        <translation>Kurven erscheinen mit der ersten Epoche.</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Loss and quality during the run</source>
        <translation>Verlust und Güte während des Laufs</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Güte</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>geprunt</translation>
    </message>
    <message>
        <source>training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>Validierung</translation>
    </message>
</context>
<context>
    <name>JobPanel</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancelling...</source>
        <translation>Wird abgebrochen...</translation>
    </message>
    <message>
        <source>Done in {time}</source>
        <translation>Fertig in {time}</translation>
    </message>
    <message>
        <source>Done. The results stand in the comparison views.</source>
        <translation>Fertig. Die Ergebnisse stehen in den Vergleichsansichten.</translation>
    </message>
    <message>
        <source>Go on from the last saved state of this run</source>
        <translation>Vom letzten gesicherten Stand dieses Laufs weitermachen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>No job yet</source>
        <translation>Noch kein Auftrag</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>Bericht öffnen</translation>
    </message>
    <message>
        <source>Press Start in the pruning panel. Progress, curves and log then stand here.</source>
        <translation>Drücken Sie Start im Pruning-Bereich. Fortschritt, Kurven und Protokoll stehen dann hier.</translation>
    </message>
    <message>
        <source>Progress of the whole job</source>
        <translation>Fortschritt des ganzen Auftrags</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Stopped at {percent} after {time}</source>
        <translation>Angehalten bei {percent} nach {time}</translation>
    </message>
    <message>
        <source>The cause is not known; see the log.</source>
        <translation>Die Ursache ist nicht bekannt; siehe Protokoll.</translation>
    </message>
    <message>
        <source>The job failed.</source>
        <translation>Der Auftrag ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>The job was cancelled.</source>
        <translation>Der Auftrag wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The report of this run, in the web browser</source>
        <translation>Der Bericht dieses Laufs, im Webbrowser</translation>
    </message>
    <message>
        <source>Waiting for the compute process...</source>
        <translation>Warten auf den Rechenprozess...</translation>
    </message>
    <message>
        <source>What was done so far is kept: Resume goes on from there.</source>
        <translation>Was bisher getan wurde, bleibt erhalten: Fortsetzen macht dort weiter.</translation>
    </message>
    <message>
        <source>{n} images per second</source>
        <translation>{n} Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>{percent}, {time} left</source>
        <translation>{percent}, noch {time}</translation>
    </message>
    <message>
        <source>{stage}: {step} of {total}</source>
        <translation>{stage}: {step} von {total}</translation>
    </message>
</context>
<context>
    <name>LabelMenu</name>
    <message>
        <source>Label {0}</source>
        <translation>Label {0}</translation>
    </message>
    <message>
        <source>Outlines only</source>
        <translation>Nur Umrisse</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>und {0} weitere</translation>
    </message>
</context>
<context>
    <name>LanguageMenu</name>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
</context>
<context>
    <name>LatencyPlot</name>
    <message>
        <source>Distribution of the latency of both networks</source>
        <translation>Verteilung der Latenz beider Netze</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Geprunt</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Multiplications with addition for one image, before and after</source>
        <translation>Multiplikationen mit Addition für ein Bild, vorher und nachher</translation>
    </message>
    <message>
        <source>Output channels before and after</source>
        <translation>Ausgabekanäle vorher und nachher</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Parameters set to zero: still stored and computed with</source>
        <translation>Auf null gesetzte Parameter: weiterhin gespeichert und mitgerechnet</translation>
    </message>
    <message>
        <source>Parameters that are gone: smaller and faster</source>
        <translation>Entfallene Parameter: kleiner und schneller</translation>
    </message>
    <message>
        <source>Parameters that are still there and not zeroed</source>
        <translation>Parameter, die noch da und nicht auf null gesetzt sind</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>Entfernt</translation>
    </message>
    <message>
        <source>Zeroed</source>
        <translation>Genullt</translation>
    </message>
    <message>
        <source>{name} ({kind}): {kept} of {before} parameters kept, {removed} removed, {zeroed} zeroed</source>
        <translation>{name} ({kind}): {kept} von {before} Parametern behalten, {removed} entfernt, {zeroed} genullt</translation>
    </message>
</context>
<context>
    <name>LayerTools</name>
    <message>
        <source>Colours of the heat map...</source>
        <translation>Farben der Heatmap...</translation>
    </message>
    <message>
        <source>Filled or outlines only</source>
        <translation>Gefüllt oder nur Umrisse</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Label map</source>
        <translation>Labelkarte</translation>
    </message>
    <message>
        <source>Label map or heat map, as its values tell</source>
        <translation>Labelkarte oder Heatmap, je nach Werten</translation>
    </message>
    <message>
        <source>Lay over as a heat map</source>
        <translation>Als Heatmap darüberlegen</translation>
    </message>
    <message>
        <source>Lay over as a label map</source>
        <translation>Als Labelkarte darüberlegen</translation>
    </message>
    <message>
        <source>Lay over this image</source>
        <translation>Über dieses Bild legen</translation>
    </message>
    <message>
        <source>Lay over this image...</source>
        <translation>Über dieses Bild legen...</translation>
    </message>
    <message>
        <source>Open as an image</source>
        <translation>Als Bild öffnen</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Overlay</translation>
    </message>
    <message>
        <source>Reading {0} ...</source>
        <translation>{0} wird gelesen ...</translation>
    </message>
    <message>
        <source>Remove from this image</source>
        <translation>Von diesem Bild entfernen</translation>
    </message>
    <message>
        <source>Show labels and differences</source>
        <translation>Labels und Unterschiede zeigen</translation>
    </message>
    <message>
        <source>Show or hide all</source>
        <translation>Alles zeigen oder ausblenden</translation>
    </message>
    <message>
        <source>{0} was not laid over the image, which is not on display any more.</source>
        <translation>{0} wurde nicht über das Bild gelegt, da es nicht mehr angezeigt wird.</translation>
    </message>
</context>
<context>
    <name>LeftOutLine</name>
    <message>
        <source>1 damaged file was left out</source>
        <translation>1 beschädigte Datei wurde ausgelassen</translation>
    </message>
    <message>
        <source>1 file holds no image</source>
        <translation>1 Datei enthält kein Bild</translation>
    </message>
    <message>
        <source>{0} damaged files were left out</source>
        <translation>{0} beschädigte Dateien wurden ausgelassen</translation>
    </message>
    <message>
        <source>{0} files hold no image</source>
        <translation>{0} Dateien enthalten kein Bild</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>{0} weitere</translation>
    </message>
</context>
<context>
    <name>LoadingBar</name>
    <message>
        <source>Slices read</source>
        <translation>Gelesene Schichten</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;About MedPrune</source>
        <translation>&amp;Über MedPrune</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Grey levels</source>
        <translation>&amp;Grauwerte</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Image</source>
        <translation>B&amp;ild</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>&amp;Open images...</source>
        <translation>&amp;Bilder öffnen...</translation>
    </message>
    <message>
        <source>&amp;Overlay</source>
        <translation>&amp;Overlay</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>La&amp;uf</translation>
    </message>
    <message>
        <source>&amp;Save experiment...</source>
        <translation>Experiment &amp;speichern...</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Zoom and turn</source>
        <translation>&amp;Zoom und Drehen</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>Automatische Fensterung</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>Klick</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>Fadenkreuz</translation>
    </message>
    <message>
        <source>DICOM &amp;tags...</source>
        <translation>DICOM-&amp;Tags...</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>Drawn figures</source>
        <translation>Gezeichnete Figuren</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>First slice</source>
        <translation>Erste Schicht</translation>
    </message>
    <message>
        <source>First window, first sides, whole image</source>
        <translation>Erste Fensterung, erste Seiten, ganzes Bild</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Fit</translation>
    </message>
    <message>
        <source>Fit the window to this slice</source>
        <translation>Fensterung an diese Schicht anpassen</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>Ins Fenster einpassen</translation>
    </message>
    <message>
        <source>Fit, or image alone and back</source>
        <translation>Einpassen, Bild allein</translation>
    </message>
    <message>
        <source>Give up, no tool</source>
        <translation>Abbrechen, kein Werkzeug</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>Invers</translation>
    </message>
    <message>
        <source>Invert grey levels</source>
        <translation>Grauwerte invertieren</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>Letzte Schicht</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>Links ziehen</translation>
    </message>
    <message>
        <source>Middle or Shift+left drag</source>
        <translation>Mitte oder Umschalt+links ziehen</translation>
    </message>
    <message>
        <source>Mouse on an image</source>
        <translation>Maus auf einem Bild</translation>
    </message>
    <message>
        <source>Move it, or a point</source>
        <translation>Verschieben, auch Punkte</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Names, dates and identifiers</source>
        <translation>Namen, Daten, Kennungen</translation>
    </message>
    <message>
        <source>Next case</source>
        <translation>Nächster Fall</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>Nächste Serie</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>Nächste Schicht</translation>
    </message>
    <message>
        <source>Next time or echo</source>
        <translation>Nächste Phase, Echo</translation>
    </message>
    <message>
        <source>Open &amp;experiment...</source>
        <translation>&amp;Experiment öffnen...</translation>
    </message>
    <message>
        <source>Open &amp;folder...</source>
        <translation>&amp;Ordner öffnen...</translation>
    </message>
    <message>
        <source>Open &amp;run...</source>
        <translation>&amp;Lauf öffnen...</translation>
    </message>
    <message>
        <source>Open re&amp;port</source>
        <translation>Be&amp;richt öffnen</translation>
    </message>
    <message>
        <source>Open run &amp;folder</source>
        <translation>Or&amp;dner des Laufs öffnen</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>Vorhersagen</translation>
    </message>
    <message>
        <source>Previous case</source>
        <translation>Voriger Fall</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>Vorige Serie</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>Vorige Schicht</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>Pruning</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Reset</translation>
    </message>
    <message>
        <source>Reset view</source>
        <translation>Ansicht zurücksetzen</translation>
    </message>
    <message>
        <source>Right drag, Ctrl+wheel</source>
        <translation>Rechts ziehen, Strg+Rad</translation>
    </message>
    <message>
        <source>Run: {name} ({folder})</source>
        <translation>Lauf: {name} ({folder})</translation>
    </message>
    <message>
        <source>S&amp;ensitivity...</source>
        <translation>Empfindlich&amp;keit...</translation>
    </message>
    <message>
        <source>Save &amp;all images...</source>
        <translation>&amp;Alle Bilder speichern...</translation>
    </message>
    <message>
        <source>Save &amp;picture...</source>
        <translation>Bild sp&amp;eichern...</translation>
    </message>
    <message>
        <source>Save all images &amp;with names...</source>
        <translation>Alle Bil&amp;der mit Namen speichern...</translation>
    </message>
    <message>
        <source>Save fi&amp;lm...</source>
        <translation>Fil&amp;m speichern...</translation>
    </message>
    <message>
        <source>Save picture with &amp;names...</source>
        <translation>Bild mit &amp;Namen speichern...</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>{0} gespeichert</translation>
    </message>
    <message>
        <source>Shift+move</source>
        <translation>Umschalt+bewegen</translation>
    </message>
    <message>
        <source>Show names, dates and identifiers</source>
        <translation>Namen, Daten und Kennungen zeigen</translation>
    </message>
    <message>
        <source>Show the whole image</source>
        <translation>Das ganze Bild zeigen</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Dünnbesetztheit</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Studies</source>
        <translation>Studien</translation>
    </message>
    <message>
        <source>Ten slices back</source>
        <translation>Zehn Schichten zurück</translation>
    </message>
    <message>
        <source>Ten slices on</source>
        <translation>Zehn Schichten weiter</translation>
    </message>
    <message>
        <source>Time or echo before</source>
        <translation>Vorige Phase, Echo</translation>
    </message>
    <message>
        <source>Turn black and white round</source>
        <translation>Schwarz und Weiß vertauschen</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Rad</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fensterung</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
</context>
<context>
    <name>MeasurementList</name>
    <message>
        <source>Choose Length, Angle, Rectangle or Ellipse above the image, and draw.</source>
        <translation>Wählen Sie über dem Bild Länge, Winkel, Rechteck oder Ellipse und zeichnen Sie.</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>Messungen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the chosen measurement (Delete)</source>
        <translation>Die gewählte Messung entfernen (Entf)</translation>
    </message>
    <message>
        <source>Save as CSV...</source>
        <translation>Als CSV speichern...</translation>
    </message>
</context>
<context>
    <name>MeasurementModel</name>
    <message>
        <source>Figure</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>Schicht</translation>
    </message>
</context>
<context>
    <name>Measurements</name>
    <message>
        <source>Angle</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellipse</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Mean {0}  SD {1}</source>
        <translation>Mittel {0}  SD {1}</translation>
    </message>
    <message>
        <source>Min {0}  Max {1}</source>
        <translation>Min {0}  Max {1}</translation>
    </message>
    <message>
        <source>Probe</source>
        <translation>Messpunkt</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
</context>
<context>
    <name>Metric</name>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Balanced accuracy</source>
        <translation>Balancierte Genauigkeit</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Sensitivität</translation>
    </message>
    <message>
        <source>Specificity</source>
        <translation>Spezifität</translation>
    </message>
</context>
<context>
    <name>NetworkSection</name>
    <message>
        <source>A common strong classifier. Speeds up well when channels are removed.</source>
        <translation>Ein verbreiteter starker Klassifikator. Wird deutlich schneller, wenn Kanäle entfernt werden.</translation>
    </message>
    <message>
        <source>Article network</source>
        <translation>Netz des Artikels</translation>
    </message>
    <message>
        <source>Attention U-Net</source>
        <translation>Attention U-Net</translation>
    </message>
    <message>
        <source>Attention over patches of the picture. Wants many cases; whole heads and hidden widths can be pruned.</source>
        <translation>Aufmerksamkeit über Bildausschnitte. Braucht viele Fälle; ganze Köpfe und innere Breiten lassen sich beschneiden.</translation>
    </message>
    <message>
        <source>Attention within shifted windows, with the decoder of a U-Net.</source>
        <translation>Aufmerksamkeit in verschobenen Fenstern, mit dem Decoder eines U-Net.</translation>
    </message>
    <message>
        <source>Common for chest X-rays. Many small layers: pruned, it speeds up less than its figures suggest.</source>
        <translation>Üblich für Röntgenaufnahmen des Thorax. Viele kleine Schichten: Geprunt wird es weniger schnell, als seine Zahlen vermuten lassen.</translation>
    </message>
    <message>
        <source>Correct the network&apos;s parameters first.</source>
        <translation>Berichtigen Sie zuerst die Parameter des Netzes.</translation>
    </message>
    <message>
        <source>Deeper, with bottlenecks. For large collections; training takes several times as long as with ResNet-18.</source>
        <translation>Tiefer, mit Engpässen. Für große Sammlungen; das Training dauert ein Mehrfaches von dem mit ResNet-18.</translation>
    </message>
    <message>
        <source>DenseNet-121</source>
        <translation>DenseNet-121</translation>
    </message>
    <message>
        <source>EfficientNet</source>
        <translation>EfficientNet</translation>
    </message>
    <message>
        <source>Few parameters and few operations for its accuracy, from b0 (smallest) to b7.</source>
        <translation>Wenige Parameter und Rechenschritte für seine Genauigkeit, von b0 (am kleinsten) bis b7.</translation>
    </message>
    <message>
        <source>Five 3x3 convolutions with pooling and two dense layers. Small and quick; a good first choice.</source>
        <translation>Fünf 3x3-Faltungen mit Pooling und zwei dichte Schichten. Klein und schnell; eine gute erste Wahl.</translation>
    </message>
    <message>
        <source>From a Python file...</source>
        <translation>Aus einer Python-Datei...</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>ResNet-18</source>
        <translation>ResNet-18</translation>
    </message>
    <message>
        <source>ResNet-18 with twice as many layers.</source>
        <translation>ResNet-18 mit doppelt so vielen Schichten.</translation>
    </message>
    <message>
        <source>ResNet-34</source>
        <translation>ResNet-34</translation>
    </message>
    <message>
        <source>ResNet-50</source>
        <translation>ResNet-50</translation>
    </message>
    <message>
        <source>ResNet-50 that weighs its channels by what the picture holds (squeeze and excitation).</source>
        <translation>ResNet-50, das seine Kanäle nach dem Bildinhalt gewichtet (Squeeze-and-Excitation).</translation>
    </message>
    <message>
        <source>Residual encoder with a light decoder; won the brain tumour challenge of 2018.</source>
        <translation>Residual-Encoder mit leichtem Decoder; gewann 2018 den Wettbewerb um Hirntumoren.</translation>
    </message>
    <message>
        <source>Residual levels with kernels of five places; large.</source>
        <translation>Residual-Ebenen mit Kernen von fünf Bildpunkten; groß.</translation>
    </message>
    <message>
        <source>SE-ResNet-50</source>
        <translation>SE-ResNet-50</translation>
    </message>
    <message>
        <source>SegResNet</source>
        <translation>SegResNet</translation>
    </message>
    <message>
        <source>Swin UNETR</source>
        <translation>Swin UNETR</translation>
    </message>
    <message>
        <source>The network of nnU-Net, with instance normalisation and strided convolutions.</source>
        <translation>Das Netz von nnU-Net, mit Instanznormierung und Faltungen mit Schrittweite.</translation>
    </message>
    <message>
        <source>The usual network for marking structures, slice by slice.</source>
        <translation>Das übliche Netz zum Markieren von Strukturen, Schicht für Schicht.</translation>
    </message>
    <message>
        <source>There is no network called {name}. Choose another one.</source>
        <translation>Es gibt kein Netz namens {name}. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Trained weights</source>
        <translation>Trainierte Gewichte</translation>
    </message>
    <message>
        <source>Trained weights (optional)</source>
        <translation>Trainierte Gewichte (optional)</translation>
    </message>
    <message>
        <source>Two convolutions a level, four levels. Takes pictures of any size.</source>
        <translation>Zwei Faltungen je Ebene, vier Ebenen. Nimmt Bilder jeder Größe.</translation>
    </message>
    <message>
        <source>U-Net with gates that weigh what the upper levels see, for small structures.</source>
        <translation>U-Net mit Toren, die gewichten, was die oberen Ebenen sehen; für kleine Strukturen.</translation>
    </message>
    <message>
        <source>U-Net with residual units</source>
        <translation>U-Net mit Residualeinheiten</translation>
    </message>
    <message>
        <source>U-Net, plain</source>
        <translation>U-Net, einfach</translation>
    </message>
    <message>
        <source>UNETR</source>
        <translation>UNETR</translation>
    </message>
    <message>
        <source>V-Net</source>
        <translation>V-Net</translation>
    </message>
    <message>
        <source>Vision transformer</source>
        <translation>Vision Transformer</translation>
    </message>
    <message>
        <source>Vision transformer with the decoder of a U-Net. Wants many cases.</source>
        <translation>Vision Transformer mit dem Decoder eines U-Net. Braucht viele Fälle.</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.pt *.pth);;All files (*)</source>
        <translation>Gewichte (*.safetensors *.pt *.pth);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>nnU-Net</source>
        <translation>nnU-Net</translation>
    </message>
    <message>
        <source>none: train from scratch</source>
        <translation>keine: von Grund auf trainieren</translation>
    </message>
    <message>
        <source>{file} has not been confirmed as it is now. Choose it once more, from a Python file.</source>
        <translation>{file} ist so, wie sie jetzt ist, nicht bestätigt. Wählen Sie sie noch einmal, aus einer Python-Datei.</translation>
    </message>
    <message>
        <source>{network} cannot mark structures. Choose {names}.</source>
        <translation>{network} kann keine Strukturen markieren. Wählen Sie {names}.</translation>
    </message>
    <message>
        <source>{network} cannot tell classes apart. Choose {names}.</source>
        <translation>{network} kann keine Klassen unterscheiden. Wählen Sie {names}.</translation>
    </message>
</context>
<context>
    <name>OverlayMenu</name>
    <message>
        <source>Drawn over the image by the file: {0}</source>
        <translation>Von der Datei über das Bild gezeichnet: {0}</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>ohne Namen</translation>
    </message>
</context>
<context>
    <name>OwnNetwork</name>
    <message>
        <source>&lt;b&gt;{file}&lt;/b&gt; is a program. It runs with all that you may do, on your files too.</source>
        <translation>&lt;b&gt;{file}&lt;/b&gt; ist ein Programm. Es läuft mit allem, was Sie dürfen, auch mit Ihren Dateien.</translation>
    </message>
    <message>
        <source>It may run</source>
        <translation>Sie darf laufen</translation>
    </message>
    <message>
        <source>May this file run?</source>
        <translation>Darf diese Datei laufen?</translation>
    </message>
    <message>
        <source>Network from a Python file</source>
        <translation>Netz aus einer Python-Datei</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Kein Netz</translation>
    </message>
    <message>
        <source>Python files (*.py)</source>
        <translation>Python-Dateien (*.py)</translation>
    </message>
    <message>
        <source>Read it before you confirm. This is asked again when the file has changed.

SHA-256 {hash}</source>
        <translation>Lesen Sie sie, bevor Sie bestätigen. Ändert sich die Datei, wird erneut gefragt.

SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Which function builds the network?</source>
        <translation>Welche Funktion baut das Netz?</translation>
    </message>
    <message>
        <source>{file} has no function or class that takes {keywords}, which MedPrune builds networks with.</source>
        <translation>{file} hat keine Funktion oder Klasse, die {keywords} nimmt, womit MedPrune Netze baut.</translation>
    </message>
</context>
<context>
    <name>ParameterForm</name>
    <message>
        <source>Default: {default}</source>
        <translation>Vorgabe: {default}</translation>
    </message>
</context>
<context>
    <name>PathEdit</name>
    <message>
        <source>File...</source>
        <translation>Datei...</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>Ordner...</translation>
    </message>
    <message>
        <source>{name}: choose a file</source>
        <translation>{name}: Datei wählen</translation>
    </message>
    <message>
        <source>{name}: choose a folder</source>
        <translation>{name}: Ordner wählen</translation>
    </message>
</context>
<context>
    <name>PlanChoices</name>
    <message>
        <source>A baseline that every other choice should beat</source>
        <translation>Eine Vergleichsbasis, die jede andere Wahl schlagen sollte</translation>
    </message>
    <message>
        <source>All weights of an output are set to zero</source>
        <translation>Alle Gewichte einer Ausgabe werden auf null gesetzt</translation>
    </message>
    <message>
        <source>As Taylor, but weights of a channel whose effects cancel count as one</source>
        <translation>Wie Taylor, aber Gewichte eines Kanals, deren Wirkungen sich aufheben, zählen als eines</translation>
    </message>
    <message>
        <source>Blocks, zeroed</source>
        <translation>Blöcke, genullt</translation>
    </message>
    <message>
        <source>By sensitivity</source>
        <translation>Nach Empfindlichkeit</translation>
    </message>
    <message>
        <source>Channels, removed</source>
        <translation>Kanäle, entfernt</translation>
    </message>
    <message>
        <source>Connection sensitivity (SNIP)</source>
        <translation>Empfindlichkeit der Verbindungen (SNIP)</translation>
    </message>
    <message>
        <source>Curvature of the loss (OBD)</source>
        <translation>Krümmung des Verlusts (OBD)</translation>
    </message>
    <message>
        <source>Each layer alike</source>
        <translation>Jede Schicht gleich</translation>
    </message>
    <message>
        <source>Effect of whole channels (Taylor)</source>
        <translation>Wirkung ganzer Kanäle (Taylor)</translation>
    </message>
    <message>
        <source>Effect on the loss (Taylor)</source>
        <translation>Wirkung auf den Verlust (Taylor)</translation>
    </message>
    <message>
        <source>Every layer loses the same share</source>
        <translation>Jede Schicht verliert denselben Anteil</translation>
    </message>
    <message>
        <source>Filters, zeroed</source>
        <translation>Filter, genullt</translation>
    </message>
    <message>
        <source>Gradient flow (GraSP)</source>
        <translation>Gradientenfluss (GraSP)</translation>
    </message>
    <message>
        <source>In small steps, each from the layer whose loss costs least on validation cases: takes long</source>
        <translation>In kleinen Schritten, je aus der Schicht, deren Verlust auf den Validierungsfällen am wenigsten kostet: dauert lange</translation>
    </message>
    <message>
        <source>Kernels, zeroed</source>
        <translation>Kernel, genullt</translation>
    </message>
    <message>
        <source>Layers whose pruning costs less on the validation cases lose more</source>
        <translation>Schichten, deren Pruning auf den Validierungsfällen weniger kostet, verlieren mehr</translation>
    </message>
    <message>
        <source>Layers with unimportant channels lose more</source>
        <translation>Schichten mit unwichtigen Kanälen verlieren mehr</translation>
    </message>
    <message>
        <source>Layers, removed</source>
        <translation>Schichten, entfernt</translation>
    </message>
    <message>
        <source>Least important: channels that are mostly zero on training cases</source>
        <translation>Am unwichtigsten: Kanäle, die auf Trainingsfällen meist null sind</translation>
    </message>
    <message>
        <source>Least important: channels that resemble the others of their group</source>
        <translation>Am unwichtigsten: Kanäle, die den anderen ihrer Gruppe ähneln</translation>
    </message>
    <message>
        <source>Least important: channels that the normalisation layer scales down; suits networks trained with slimming</source>
        <translation>Am unwichtigsten: Kanäle, die die Normierungsschicht herunterskaliert; passt zu Netzen, die mit Slimming trainiert wurden</translation>
    </message>
    <message>
        <source>Least important: channels whose pictures hold little information, measured on training cases</source>
        <translation>Am unwichtigsten: Kanäle, deren Bilder wenig Information enthalten, gemessen auf Trainingsfällen</translation>
    </message>
    <message>
        <source>Least important: small weights on weak inputs, measured on training cases</source>
        <translation>Am unwichtigsten: kleine Gewichte an schwachen Eingängen, gemessen auf Trainingsfällen</translation>
    </message>
    <message>
        <source>Least important: small weights, measured against the larger ones of their layer</source>
        <translation>Am unwichtigsten: kleine Gewichte, gemessen an den größeren ihrer Schicht</translation>
    </message>
    <message>
        <source>Least important: the smallest sum of absolute weights</source>
        <translation>Am unwichtigsten: die kleinste Summe der Beträge der Gewichte</translation>
    </message>
    <message>
        <source>Least important: the smallest sum of squared weights</source>
        <translation>Am unwichtigsten: die kleinste Summe der quadrierten Gewichte</translation>
    </message>
    <message>
        <source>Least important: weights on weak paths from input to output; no cases needed, best in many steps</source>
        <translation>Am unwichtigsten: Gewichte auf schwachen Wegen vom Eingang zum Ausgang; braucht keine Fälle, am besten in vielen Schritten</translation>
    </message>
    <message>
        <source>Least important: weights that a short trial training moves towards zero</source>
        <translation>Am unwichtigsten: Gewichte, die ein kurzes Probetraining zur Null bewegt</translation>
    </message>
    <message>
        <source>Least important: weights to which the loss is least sensitive; also for untrained networks</source>
        <translation>Am unwichtigsten: Gewichte, für die der Verlust am wenigsten empfindlich ist; auch für untrainierte Netze</translation>
    </message>
    <message>
        <source>Least important: weights whose removal changes the loss least, estimated on training cases</source>
        <translation>Am unwichtigsten: Gewichte, deren Entfernen den Verlust am wenigsten ändert, geschätzt auf Trainingsfällen</translation>
    </message>
    <message>
        <source>Least important: weights whose removal raises the loss least at a minimum, estimated on training cases</source>
        <translation>Am unwichtigsten: Gewichte, deren Entfernen den Verlust an einem Minimum am wenigsten erhöht, geschätzt auf Trainingsfällen</translation>
    </message>
    <message>
        <source>Least important: weights without which the network would learn best; for untrained networks</source>
        <translation>Am unwichtigsten: Gewichte, ohne die das Netz am besten lernen würde; für untrainierte Netze</translation>
    </message>
    <message>
        <source>Looks at training cases</source>
        <translation>Sieht sich Trainingsfälle an</translation>
    </message>
    <message>
        <source>Movement in fine-tuning</source>
        <translation>Bewegung beim Nachtraining</translation>
    </message>
    <message>
        <source>N:M pattern, zeroed</source>
        <translation>N:M-Muster, genullt</translation>
    </message>
    <message>
        <source>Normalisation scale</source>
        <translation>Skala der Normierung</translation>
    </message>
    <message>
        <source>Of each 4 weights 2 stay, or as the pattern says</source>
        <translation>Von je 4 Gewichten bleiben 2, oder wie das Muster sagt</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufall</translation>
    </message>
    <message>
        <source>Rank by</source>
        <translation>Rangfolge</translation>
    </message>
    <message>
        <source>Rank of feature maps (HRank)</source>
        <translation>Rang der Merkmalskarten (HRank)</translation>
    </message>
    <message>
        <source>Rectangles of a layer&apos;s weights are set to zero</source>
        <translation>Rechtecke der Gewichte einer Schicht werden auf null gesetzt</translation>
    </message>
    <message>
        <source>Redundant filters (FPGM)</source>
        <translation>Überflüssige Filter (FPGM)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Silent channels (APoZ)</source>
        <translation>Stumme Kanäle (APoZ)</translation>
    </message>
    <message>
        <source>Single weights are set to zero and stay in place</source>
        <translation>Einzelne Gewichte werden auf null gesetzt und bleiben an ihrem Platz</translation>
    </message>
    <message>
        <source>Synaptic flow (SynFlow)</source>
        <translation>Synaptischer Fluss (SynFlow)</translation>
    </message>
    <message>
        <source>Weight size (L1)</source>
        <translation>Größe der Gewichte (L1)</translation>
    </message>
    <message>
        <source>Weight size (L2)</source>
        <translation>Größe der Gewichte (L2)</translation>
    </message>
    <message>
        <source>Weight size, layers balanced (LAMP)</source>
        <translation>Größe der Gewichte, Schichten ausgeglichen (LAMP)</translation>
    </message>
    <message>
        <source>Weights and their inputs (Wanda)</source>
        <translation>Gewichte und ihre Eingänge (Wanda)</translation>
    </message>
    <message>
        <source>Weights, zeroed</source>
        <translation>Gewichte, genullt</translation>
    </message>
    <message>
        <source>What links one channel to another is set to zero</source>
        <translation>Was einen Kanal mit einem anderen verbindet, wird auf null gesetzt</translation>
    </message>
    <message>
        <source>Whichever costs least</source>
        <translation>Was am wenigsten kostet</translation>
    </message>
    <message>
        <source>Whole blocks go where shapes stay the same</source>
        <translation>Ganze Blöcke entfallen, wo die Formen gleich bleiben</translation>
    </message>
    <message>
        <source>Whole channels go: smaller and faster</source>
        <translation>Ganze Kanäle entfallen: kleiner und schneller</translation>
    </message>
    <message>
        <source>Whole network</source>
        <translation>Ganzes Netz</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>Innerhalb</translation>
    </message>
</context>
<context>
    <name>PlanHistory</name>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Redo {what}</source>
        <translation>&amp;Wiederholen: {what}</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Undo {what}</source>
        <translation>&amp;Rückgängig: {what}</translation>
    </message>
    <message>
        <source>allocation</source>
        <translation>Aufteilung</translation>
    </message>
    <message>
        <source>amount</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>floor</source>
        <translation>Untergrenze</translation>
    </message>
    <message>
        <source>group settings</source>
        <translation>Einstellungen der Gruppen</translation>
    </message>
    <message>
        <source>growing penalty</source>
        <translation>Wachsende Strafe</translation>
    </message>
    <message>
        <source>least channels</source>
        <translation>Mindestzahl der Kanäle</translation>
    </message>
    <message>
        <source>pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>pruning settings</source>
        <translation>Einstellungen des Prunings</translation>
    </message>
    <message>
        <source>ranking</source>
        <translation>Rangfolge</translation>
    </message>
    <message>
        <source>rewinding</source>
        <translation>Zurückspulen</translation>
    </message>
    <message>
        <source>rounding</source>
        <translation>Rundung</translation>
    </message>
    <message>
        <source>schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>soft rule</source>
        <translation>Weiche Regel</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>what is removed</source>
        <translation>was entfernt wird</translation>
    </message>
</context>
<context>
    <name>PlanWords</name>
    <message>
        <source>Channels are removed until at most this share of {what} remains.</source>
        <translation>Kanäle werden entfernt, bis höchstens dieser Anteil übrig ist: {what}.</translation>
    </message>
    <message>
        <source>Channels are removed until no more than this remains of {what}.</source>
        <translation>Kanäle werden entfernt, bis nicht mehr als dies übrig ist: {what}.</translation>
    </message>
    <message>
        <source>Layers are removed until no more than this remains of {what}.</source>
        <translation>Schichten werden entfernt, bis nicht mehr als dies übrig ist: {what}.</translation>
    </message>
    <message>
        <source>Layers whose inputs the pattern does not divide are left whole.</source>
        <translation>Schichten, deren Eingänge das Muster nicht teilt, bleiben ganz.</translation>
    </message>
    <message>
        <source>Layers without kernels are left whole.</source>
        <translation>Schichten ohne Kernel bleiben ganz.</translation>
    </message>
    <message>
        <source>The network&apos;s own outputs are left whole.</source>
        <translation>Die Ausgänge des Netzes selbst bleiben ganz.</translation>
    </message>
    <message>
        <source>This share of the channels is removed.</source>
        <translation>Dieser Anteil der Kanäle wird entfernt.</translation>
    </message>
    <message>
        <source>This share of the removable layers goes.</source>
        <translation>Dieser Anteil der entfernbaren Schichten entfällt.</translation>
    </message>
    <message>
        <source>Zeroed weights make the file smaller only when it is compressed, and the network no faster.</source>
        <translation>Genullte Gewichte machen die Datei nur kleiner, wenn sie komprimiert wird, und das Netz nicht schneller.</translation>
    </message>
    <message>
        <source>the bytes held at once</source>
        <translation>die auf einmal belegten Bytes</translation>
    </message>
    <message>
        <source>the measured time</source>
        <translation>die gemessene Zeit</translation>
    </message>
    <message>
        <source>the model file&apos;s bytes</source>
        <translation>die Bytes der Modelldatei</translation>
    </message>
    <message>
        <source>the parameters</source>
        <translation>die Parameter</translation>
    </message>
    <message>
        <source>the work per image (MACs)</source>
        <translation>die Arbeit je Bild (MACs)</translation>
    </message>
</context>
<context>
    <name>PlanesView</name>
    <message>
        <source>Axial</source>
        <translation>Axial</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>Koronar</translation>
    </message>
    <message>
        <source>Drawings of the file:
on its own slices only</source>
        <translation>Zeichnungen der Datei:
nur auf ihren Schichten</translation>
    </message>
    <message>
        <source>No planes of this series</source>
        <translation>Keine Ebenen von dieser Serie</translation>
    </message>
    <message>
        <source>Resampled</source>
        <translation>Rekonstruiert</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>Sagittal</translation>
    </message>
    <message>
        <source>Straightening the slices ...</source>
        <translation>Schichten werden gerade gerichtet ...</translation>
    </message>
</context>
<context>
    <name>PredictionsView</name>
    <message>
        <source>All cases</source>
        <translation>Alle Fälle</translation>
    </message>
    <message>
        <source>Both poor (Dice below {limit})</source>
        <translation>Beide schlecht (Dice unter {limit})</translation>
    </message>
    <message>
        <source>Both wrong</source>
        <translation>Beide falsch</translation>
    </message>
    <message>
        <source>Correct → wrong</source>
        <translation>Richtig → falsch</translation>
    </message>
    <message>
        <source>Dice changed by more than the margin</source>
        <translation>Dice um mehr als die Grenze geändert</translation>
    </message>
    <message>
        <source>Disagreements</source>
        <translation>Abweichungen</translation>
    </message>
    <message>
        <source>No case fits. Choose another filter or clear the search.</source>
        <translation>Kein Fall passt. Wählen Sie einen anderen Filter, oder leeren Sie die Suche.</translation>
    </message>
    <message>
        <source>No predictions to compare yet</source>
        <translation>Noch keine Vorhersagen zu vergleichen</translation>
    </message>
    <message>
        <source>Pruned better by more than the margin</source>
        <translation>Geprunt um mehr als die Grenze besser</translation>
    </message>
    <message>
        <source>Pruned worse by more than the margin</source>
        <translation>Geprunt um mehr als die Grenze schlechter</translation>
    </message>
    <message>
        <source>Search case, patient, class</source>
        <translation>Nach Fall, Patient, Klasse suchen</translation>
    </message>
    <message>
        <source>Search cases</source>
        <translation>Fälle suchen</translation>
    </message>
    <message>
        <source>Start a run in the pruning panel, or open the folder of a finished one. Every test case then stands here as both networks saw it.</source>
        <translation>Starten Sie einen Lauf im Pruning-Bereich, oder öffnen Sie den Ordner eines fertigen. Jeder Testfall steht dann hier, wie beide Netze ihn sahen.</translation>
    </message>
    <message>
        <source>Test cases</source>
        <translation>Testfälle</translation>
    </message>
    <message>
        <source>Which cases are listed</source>
        <translation>Welche Fälle aufgeführt sind</translation>
    </message>
    <message>
        <source>Wrong → correct</source>
        <translation>Falsch → richtig</translation>
    </message>
    <message>
        <source>{shown} of {all} cases. J: next, K: previous.</source>
        <translation>{shown} von {all} Fällen. J: nächster, K: voriger.</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>bone</source>
        <translation>Knochen</translation>
    </message>
    <message>
        <source>brain</source>
        <translation>Gehirn</translation>
    </message>
    <message>
        <source>liver</source>
        <translation>Leber</translation>
    </message>
    <message>
        <source>lung</source>
        <translation>Lunge</translation>
    </message>
    <message>
        <source>soft tissue</source>
        <translation>Weichteile</translation>
    </message>
</context>
<context>
    <name>PruningPanel</name>
    <message>
        <source>A job is running. Wait for it, or cancel it.</source>
        <translation>Ein Auftrag läuft. Warten Sie auf ihn, oder brechen Sie ihn ab.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose data or open an experiment first.</source>
        <translation>Wählen Sie zuerst Daten, oder öffnen Sie ein Experiment.</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>Nachtraining</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Start writes a new folder in {place}</source>
        <translation>Start legt einen neuen Ordner in {place} an</translation>
    </message>
    <message>
        <source>Stop the running job; it can be resumed</source>
        <translation>Den laufenden Auftrag anhalten; er kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>The network has trained weights: the original is not trained again.</source>
        <translation>Das Netz hat trainierte Gewichte: Das Original wird nicht noch einmal trainiert.</translation>
    </message>
    <message>
        <source>Train, prune, fine-tune and compare</source>
        <translation>Trainieren, prunen, nachtrainieren und vergleichen</translation>
    </message>
    <message>
        <source>Training of the original</source>
        <translation>Training des Originals</translation>
    </message>
</context>
<context>
    <name>PruningSection</name>
    <message>
        <source>Floor</source>
        <translation>Untergrenze</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>Pruning</translation>
    </message>
    <message>
        <source>Schedule and limits</source>
        <translation>Zeitplan und Grenzen</translation>
    </message>
</context>
<context>
    <name>QWidget</name>
    <message>
        <source>&lt;h2&gt;MedPrune {version}&lt;/h2&gt;&lt;p&gt;Prunes and fine-tunes diagnostic networks and shows, case by case, whether the smaller one is as good.&lt;/p&gt;&lt;p&gt;&lt;b&gt;For research use only. Not for diagnosis.&lt;/b&gt;&lt;br&gt;MedPrune is no medical device. Nothing it shows may be used to decide about a patient.&lt;/p&gt;&lt;p&gt;Apache License 2.0. Qt for Python is used under the LGPL 3.&lt;/p&gt;</source>
        <translation>&lt;h2&gt;MedPrune {version}&lt;/h2&gt;&lt;p&gt;Verkleinert diagnostische Netze durch Pruning, trainiert sie nach und zeigt Fall für Fall, ob das kleinere so gut ist.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Nur für die Forschung. Nicht zur Diagnose.&lt;/b&gt;&lt;br&gt;MedPrune ist kein Medizinprodukt. Nichts, was es zeigt, darf eine Entscheidung über einen Patienten begründen.&lt;/p&gt;&lt;p&gt;Apache License 2.0. Qt for Python wird unter der LGPL 3 verwendet.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>About MedPrune</source>
        <translation>Über MedPrune</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Measurements within</source>
        <translation>Messungen innerhalb</translation>
    </message>
    <message>
        <source>Milliseconds for one batch</source>
        <translation>Millisekunden für einen Stapel</translation>
    </message>
    <message>
        <source>Time for one batch</source>
        <translation>Zeit für einen Stapel</translation>
    </message>
</context>
<context>
    <name>Quantities</name>
    <message>
        <source>nothing left</source>
        <translation>nichts übrig</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>unverändert</translation>
    </message>
    <message>
        <source>{value} ({low} to {high})</source>
        <translation>{value} ({low} bis {high})</translation>
    </message>
</context>
<context>
    <name>RangeMaskDialog</name>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Keep over the image</source>
        <translation>Über dem Bild behalten</translation>
    </message>
    <message>
        <source>Mask from a range of values</source>
        <translation>Maske aus einem Wertebereich</translation>
    </message>
    <message>
        <source>NIfTI (*.nii.gz *.nii)</source>
        <translation>NIfTI (*.nii.gz *.nii)</translation>
    </message>
    <message>
        <source>No upper end</source>
        <translation>Nach oben offen</translation>
    </message>
    <message>
        <source>Save as NIfTI...</source>
        <translation>Als NIfTI speichern...</translation>
    </message>
    <message>
        <source>Save the mask</source>
        <translation>Maske speichern</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>{0} gespeichert</translation>
    </message>
    <message>
        <source>The range must go from a lower to a higher value.</source>
        <translation>Der Bereich muss von einem kleineren zu einem größeren Wert reichen.</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
    <message>
        <source>about {0} ({1})</source>
        <translation>etwa {0} ({1})</translation>
    </message>
    <message>
        <source>not known: {0}</source>
        <translation>nicht bekannt: {0}</translation>
    </message>
    <message>
        <source>{0} voxels (not calibrated)</source>
        <translation>{0} Voxel (nicht kalibriert)</translation>
    </message>
</context>
<context>
    <name>RunControl</name>
    <message>
        <source>Reading the data and analysing the network…</source>
        <translation>Daten werden gelesen, das Netz wird untersucht…</translation>
    </message>
</context>
<context>
    <name>RunFiles</name>
    <message>
        <source>No program was found that opens {path}</source>
        <translation>Kein Programm gefunden, das {path} öffnet</translation>
    </message>
    <message>
        <source>{path} is not there any more.</source>
        <translation>{path} ist nicht mehr da.</translation>
    </message>
</context>
<context>
    <name>RuntimeRow</name>
    <message>
        <source>Batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>Images that the network takes at a time</source>
        <translation>Bilder, die das Netz auf einmal nimmt</translation>
    </message>
    <message>
        <source>Milliseconds are measured in it on this machine</source>
        <translation>Die Millisekunden werden darin auf diesem Rechner gemessen</translation>
    </message>
    <message>
        <source>Not installed: {command}</source>
        <translation>Nicht installiert: {command}</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>Laufzeit</translation>
    </message>
</context>
<context>
    <name>ScheduleDetails</name>
    <message>
        <source>Absolute weight times gradient</source>
        <translation>Betrag von Gewicht mal Gradient</translation>
    </message>
    <message>
        <source>Absolute weight times the size of its input</source>
        <translation>Betrag des Gewichts mal Größe seines Eingangs</translation>
    </message>
    <message>
        <source>Epoch of the original&apos;s training; 0: before the first</source>
        <translation>Epoche des Trainings des Originals; 0: vor der ersten</translation>
    </message>
    <message>
        <source>Fisher</source>
        <translation>Fisher</translation>
    </message>
    <message>
        <source>How much of an unimportant weight goes at each step; 1: all of it at once</source>
        <translation>Wie viel von einem unwichtigen Gewicht bei jedem Schritt schwindet; 1: alles auf einmal</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Penalty</source>
        <translation>Strafe</translation>
    </message>
    <message>
        <source>Rewind</source>
        <translation>Zurückspulen</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Sensitivität</translation>
    </message>
    <message>
        <source>Share of the running mean that each batch leaves as it was</source>
        <translation>Anteil des gleitenden Mittels, den jeder Stapel unverändert lässt</translation>
    </message>
    <message>
        <source>Shrink by</source>
        <translation>Schrumpfen um</translation>
    </message>
    <message>
        <source>Squared weight times squared gradient</source>
        <translation>Quadrat des Gewichts mal Quadrat des Gradienten</translation>
    </message>
    <message>
        <source>Taylor</source>
        <translation>Taylor</translation>
    </message>
    <message>
        <source>The absolute weight alone</source>
        <translation>Der Betrag des Gewichts allein</translation>
    </message>
    <message>
        <source>The penalty that the growth ends at</source>
        <translation>Die Strafe, bei der das Wachsen endet</translation>
    </message>
    <message>
        <source>To epoch</source>
        <translation>Zur Epoche</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>Weight size</source>
        <translation>Größe der Gewichte</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>What is left gets the values that it had after the epoch</source>
        <translation>Was übrig ist, erhält die Werte, die es nach der Epoche hatte</translation>
    </message>
    <message>
        <source>What is left keeps its values; only the learning rate goes back</source>
        <translation>Was übrig ist, behält seine Werte; nur die Lernrate geht zurück</translation>
    </message>
</context>
<context>
    <name>ScheduleForm</name>
    <message>
        <source> channels</source>
        <translation> Kanäle</translation>
    </message>
    <message>
        <source>A layer never has fewer channels than this</source>
        <translation>Eine Schicht hat nie weniger Kanäle als dies</translation>
    </message>
    <message>
        <source>After each step, what is left is trained again as the original was: takes long</source>
        <translation>Nach jedem Schritt wird, was übrig ist, noch einmal trainiert wie das Original: dauert lange</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>Mindestens</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Auf einmal</translation>
    </message>
    <message>
        <source>Block rows</source>
        <translation>Blockzeilen</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Columns of a block</source>
        <translation>Spalten eines Blocks</translation>
    </message>
    <message>
        <source>Cubic steps</source>
        <translation>Kubische Schritte</translation>
    </message>
    <message>
        <source>Exponential steps</source>
        <translation>Exponentielle Schritte</translation>
    </message>
    <message>
        <source>Growing penalty</source>
        <translation>Wachsende Strafe</translation>
    </message>
    <message>
        <source>How many weights stay of how many</source>
        <translation>Wie viele Gewichte von wie vielen bleiben</translation>
    </message>
    <message>
        <source>Keep a multiple of this many channels; 8 or 16 suit most hardware</source>
        <translation>Ein Vielfaches dieser Zahl von Kanälen behalten; 8 oder 16 passen zu den meisten Rechnern</translation>
    </message>
    <message>
        <source>Linear steps</source>
        <translation>Lineare Schritte</translation>
    </message>
    <message>
        <source>Little first and last, most before the middle</source>
        <translation>Anfangs und zuletzt wenig, das meiste vor der Mitte</translation>
    </message>
    <message>
        <source>Lottery ticket</source>
        <translation>Lottoschein</translation>
    </message>
    <message>
        <source>Much first, then ever less; fine-tuned in between</source>
        <translation>Erst viel, dann immer weniger; dazwischen nachtrainiert</translation>
    </message>
    <message>
        <source>One cycle</source>
        <translation>Ein Zyklus</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>Prune in one step, then fine-tune</source>
        <translation>In einem Schritt prunen, dann nachtrainieren</translation>
    </message>
    <message>
        <source>Round to</source>
        <translation>Runden auf</translation>
    </message>
    <message>
        <source>Rows of a block</source>
        <translation>Zeilen eines Blocks</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>Soft rule</source>
        <translation>Weiche Regel</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Steps until the target is reached</source>
        <translation>Schritte, bis das Ziel erreicht ist</translation>
    </message>
    <message>
        <source>The same share in each step, fine-tuned in between</source>
        <translation>In jedem Schritt derselbe Anteil, dazwischen nachtrainiert</translation>
    </message>
    <message>
        <source>The same share of what is left in each step</source>
        <translation>In jedem Schritt derselbe Anteil dessen, was übrig ist</translation>
    </message>
    <message>
        <source>What matters least shrinks batch by batch while the network is trained, then is cut</source>
        <translation>Was am wenigsten zählt, schrumpft Stapel für Stapel, während das Netz trainiert wird, und wird dann abgeschnitten</translation>
    </message>
    <message>
        <source>What will go is driven to zero first, then cut</source>
        <translation>Was entfallen wird, wird erst auf null getrieben, dann abgeschnitten</translation>
    </message>
</context>
<context>
    <name>SensitivityDialog</name>
    <message>
        <source>%p %, {time} left</source>
        <translation>%p %, noch {time}</translation>
    </message>
    <message>
        <source>A job is running. Wait for it, or cancel it.</source>
        <translation>Ein Auftrag läuft. Warten Sie auf ihn, oder brechen Sie ihn ab.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Connection sensitivity (SNIP)</source>
        <translation>Empfindlichkeit der Verbindungen (SNIP)</translation>
    </message>
    <message>
        <source>Curvature of the loss (OBD)</source>
        <translation>Krümmung des Verlusts (OBD)</translation>
    </message>
    <message>
        <source>Effect of whole channels (Taylor)</source>
        <translation>Wirkung ganzer Kanäle (Taylor)</translation>
    </message>
    <message>
        <source>Effect on the loss (Taylor)</source>
        <translation>Wirkung auf den Verlust (Taylor)</translation>
    </message>
    <message>
        <source>Export table</source>
        <translation>Tabelle exportieren</translation>
    </message>
    <message>
        <source>Export table...</source>
        <translation>Tabelle exportieren...</translation>
    </message>
    <message>
        <source>Gradient flow (GraSP)</source>
        <translation>Gradientenfluss (GraSP)</translation>
    </message>
    <message>
        <source>Groups whose pruning costs less give more; can be undone</source>
        <translation>Gruppen, deren Pruning weniger kostet, geben mehr; kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>Erneut messen</translation>
    </message>
    <message>
        <source>Measure zeroes more and more of one channel group after another and scores the trained network on the validation cases. Give trained weights, or carry the experiment out and open its run.</source>
        <translation>Die Messung setzt von einer Kanalgruppe nach der anderen immer mehr auf null und bewertet das trainierte Netz auf den Validierungsfällen. Geben Sie trainierte Gewichte an, oder führen Sie das Experiment aus und öffnen Sie seinen Lauf.</translation>
    </message>
    <message>
        <source>Measured with another ranking: {theirs}. The plan ranks by {ours}: measure again.</source>
        <translation>Mit einer anderen Rangfolge gemessen: {theirs}. Der Plan ordnet nach {ours}: Messen Sie erneut.</translation>
    </message>
    <message>
        <source>Measuring...</source>
        <translation>Wird gemessen...</translation>
    </message>
    <message>
        <source>More and more of one channel group after another is zeroed. The curves follow at the end.</source>
        <translation>Von einer Kanalgruppe nach der anderen wird immer mehr auf null gesetzt. Die Kurven folgen am Ende.</translation>
    </message>
    <message>
        <source>Movement in fine-tuning</source>
        <translation>Bewegung beim Nachtraining</translation>
    </message>
    <message>
        <source>Normalisation scale</source>
        <translation>Skala der Normierung</translation>
    </message>
    <message>
        <source>Not measured yet</source>
        <translation>Noch nicht gemessen</translation>
    </message>
    <message>
        <source>Only channels are shared out by sensitivity</source>
        <translation>Nur Kanäle werden nach Empfindlichkeit aufgeteilt</translation>
    </message>
    <message>
        <source>Progress of the measuring</source>
        <translation>Fortschritt der Messung</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufall</translation>
    </message>
    <message>
        <source>Rank of feature maps (HRank)</source>
        <translation>Rang der Merkmalskarten (HRank)</translation>
    </message>
    <message>
        <source>Redundant filters (FPGM)</source>
        <translation>Überflüssige Filter (FPGM)</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Save picture...</source>
        <translation>Bild speichern...</translation>
    </message>
    <message>
        <source>Sensitivity of channel groups</source>
        <translation>Empfindlichkeit der Kanalgruppen</translation>
    </message>
    <message>
        <source>Share out by these curves</source>
        <translation>Nach diesen Kurven aufteilen</translation>
    </message>
    <message>
        <source>Silent channels (APoZ)</source>
        <translation>Stumme Kanäle (APoZ)</translation>
    </message>
    <message>
        <source>Synaptic flow (SynFlow)</source>
        <translation>Synaptischer Fluss (SynFlow)</translation>
    </message>
    <message>
        <source>The plan shares out by sensitivity already</source>
        <translation>Der Plan teilt schon nach Empfindlichkeit auf</translation>
    </message>
    <message>
        <source>This schedule prepares its cut, and does not share out by sensitivity</source>
        <translation>Dieser Zeitplan bereitet seinen Schnitt vor und teilt nicht nach Empfindlichkeit auf</translation>
    </message>
    <message>
        <source>Waiting for the compute process...</source>
        <translation>Warten auf den Rechenprozess...</translation>
    </message>
    <message>
        <source>Weight size (L1)</source>
        <translation>Größe der Gewichte (L1)</translation>
    </message>
    <message>
        <source>Weight size (L2)</source>
        <translation>Größe der Gewichte (L2)</translation>
    </message>
    <message>
        <source>Weight size, layers balanced (LAMP)</source>
        <translation>Größe der Gewichte, Schichten ausgeglichen (LAMP)</translation>
    </message>
    <message>
        <source>Weights and their inputs (Wanda)</source>
        <translation>Gewichte und ihre Eingänge (Wanda)</translation>
    </message>
    <message>
        <source>{metric} {value} on the validation cases with all channels.</source>
        <translation>{metric} {value} auf den Validierungsfällen mit allen Kanälen.</translation>
    </message>
</context>
<context>
    <name>SensitivityModel</name>
    <message>
        <source>At 50 %</source>
        <translation>Bei 50 %</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Planned</source>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Share of the group that the plan takes</source>
        <translation>Anteil der Gruppe, den der Plan nimmt</translation>
    </message>
    <message>
        <source>What the score changes by when half of the group is zeroed</source>
        <translation>Um wie viel sich der Wert ändert, wenn die halbe Gruppe auf null gesetzt ist</translation>
    </message>
    <message>
        <source>planned {amount} %: {change}</source>
        <translation>geplant {amount} %: {change}</translation>
    </message>
    <message>
        <source>{change} at 50 %</source>
        <translation>{change} bei 50 %</translation>
    </message>
</context>
<context>
    <name>SensitivityPlot</name>
    <message>
        <source>Sensitivity of each channel group</source>
        <translation>Empfindlichkeit jeder Kanalgruppe</translation>
    </message>
    <message>
        <source>Zeroed of the group, in percent</source>
        <translation>Auf null gesetzt von der Gruppe, in Prozent</translation>
    </message>
</context>
<context>
    <name>SensitivityView</name>
    <message>
        <source>Channel groups, the costliest first</source>
        <translation>Kanalgruppen, die teuersten zuerst</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>Nach Namen filtern</translation>
    </message>
    <message>
        <source>Point at a curve to see its group. Dashed: the whole network. Dots: what the plan takes. The wheel zooms, a double click fits.</source>
        <translation>Zeigen Sie auf eine Kurve, um ihre Gruppe zu sehen. Gestrichelt: das ganze Netz. Punkte: was der Plan nimmt. Das Rad zoomt, ein Doppelklick passt ein.</translation>
    </message>
</context>
<context>
    <name>SeriesDisplay</name>
    <message>
        <source>Echo</source>
        <translation>Echo</translation>
    </message>
    <message>
        <source>Loading ...</source>
        <translation>Wird geladen ...</translation>
    </message>
    <message>
        <source>Loading {0} slices ...</source>
        <translation>{0} Schichten werden geladen ...</translation>
    </message>
    <message>
        <source>Open images: Ctrl+O</source>
        <translation>Bilder öffnen: Strg+O</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>These images cannot be shown</source>
        <translation>Diese Bilder lassen sich nicht anzeigen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>b-value</source>
        <translation>b-Wert</translation>
    </message>
    <message>
        <source>or drop files or folders here: DICOM, NIfTI, PNG, JPEG, PGM, TIFF, BMP</source>
        <translation>oder Dateien oder Ordner hierher ziehen: DICOM, NIfTI, PNG, JPEG, PGM, TIFF, BMP</translation>
    </message>
</context>
<context>
    <name>SeriesMenu</name>
    <message>
        <source>&amp;Warnings...</source>
        <translation>&amp;Warnungen...</translation>
    </message>
    <message>
        <source>Copy &amp;path</source>
        <translation>&amp;Pfad kopieren</translation>
    </message>
    <message>
        <source>Copy series &amp;UID</source>
        <translation>Serien-&amp;UID kopieren</translation>
    </message>
    <message>
        <source>Show in &amp;file manager</source>
        <translation>In der Dateiver&amp;waltung zeigen</translation>
    </message>
</context>
<context>
    <name>SeriesWarnings</name>
    <message>
        <source>1 file could not be read and is left out</source>
        <translation>1 Datei konnte nicht gelesen werden und fehlt</translation>
    </message>
    <message>
        <source>1 file is there twice (the same SOPInstanceUID) and left out</source>
        <translation>1 Datei ist doppelt vorhanden (dieselbe SOPInstanceUID) und wird ausgelassen</translation>
    </message>
    <message>
        <source>Each image is a mosaic of several slices; places and sides hold for the first tile only</source>
        <translation>Jedes Bild ist ein Mosaik aus mehreren Schichten; Lage und Seiten gelten nur für die erste Kachel</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by the number of their acquisition</source>
        <translation>Jede Position hat {0} Bilder: gezeigt als {1} Phasen, geordnet nach der Nummer ihrer Akquisition</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by their b-value</source>
        <translation>Jede Position hat {0} Bilder: gezeigt als {1} Phasen, geordnet nach ihrem b-Wert</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by their echo time</source>
        <translation>Jede Position hat {0} Bilder: gezeigt als {1} Phasen, geordnet nach ihrer Echozeit</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by their instance number</source>
        <translation>Jede Position hat {0} Bilder: gezeigt als {1} Phasen, geordnet nach ihrer Instanznummer</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by time</source>
        <translation>Jede Position hat {0} Bilder: gezeigt als {1} Phasen, geordnet nach der Zeit</translation>
    </message>
    <message>
        <source>Images of different orientations are shown as separate series</source>
        <translation>Bilder verschiedener Orientierung werden als getrennte Serien gezeigt</translation>
    </message>
    <message>
        <source>Images of different pixel spacings are shown as separate series</source>
        <translation>Bilder mit verschiedenem Pixelabstand werden als getrennte Serien gezeigt</translation>
    </message>
    <message>
        <source>Images of different sizes ({0}) are shown as separate series</source>
        <translation>Bilder verschiedener Größe ({0}) werden als getrennte Serien gezeigt</translation>
    </message>
    <message>
        <source>Images of {0} patients carry the same study UID and are shown as separate studies</source>
        <translation>Bilder von {0} Patienten tragen dieselbe Studien-UID und werden als getrennte Studien gezeigt</translation>
    </message>
    <message>
        <source>Images with normal and with inverted grey levels are shown as separate series</source>
        <translation>Bilder mit normalen und mit invertierten Graustufen werden als getrennte Serien gezeigt</translation>
    </message>
    <message>
        <source>Not calibrated: the pixel spacing is missing, so lengths are in pixels</source>
        <translation>Nicht kalibriert: Der Pixelabstand fehlt, Längen sind daher in Pixeln angegeben</translation>
    </message>
    <message>
        <source>Orientations are missing or damaged: slices are ordered by their numbers, distances between slices are not known</source>
        <translation>Orientierungen fehlen oder sind beschädigt: Schichten sind nach ihren Nummern geordnet, Schichtabstände sind nicht bekannt</translation>
    </message>
    <message>
        <source>Positions are missing: slices are ordered by their numbers, distances between slices are not known</source>
        <translation>Positionen fehlen: Schichten sind nach ihren Nummern geordnet, Schichtabstände sind nicht bekannt</translation>
    </message>
    <message>
        <source>Slices differ in the scale of their values (rescale slope and intercept): each is converted by its own</source>
        <translation>Schichten unterscheiden sich in der Skala ihrer Werte (Rescale Slope und Intercept): Jede wird nach ihrer eigenen umgerechnet</translation>
    </message>
    <message>
        <source>The distance between slices varies from {0} to {1} mm</source>
        <translation>Der Schichtabstand schwankt zwischen {0} und {1} mm</translation>
    </message>
    <message>
        <source>The distance between slices varies from {0} to {1} mm, at right angles to them</source>
        <translation>Der Schichtabstand schwankt zwischen {0} und {1} mm, senkrecht zu den Schichten</translation>
    </message>
    <message>
        <source>The file does not say how the patient lay, so no sides are shown</source>
        <translation>Die Datei sagt nicht, wie der Patient lag; daher werden keine Seiten gezeigt</translation>
    </message>
    <message>
        <source>The pictures have different sizes and are shown one by one</source>
        <translation>Die Bilder haben verschiedene Größen und werden einzeln gezeigt</translation>
    </message>
    <message>
        <source>The pictures have {0} different sizes and are shown one by one</source>
        <translation>Die Bilder haben {0} verschiedene Größen und werden einzeln gezeigt</translation>
    </message>
    <message>
        <source>The stack leans by {0} degrees against its slices (gantry tilt): reformatted views and volumes need a correction</source>
        <translation>Der Stapel ist um {0} Grad gegen seine Schichten geneigt (Gantry-Kippung): Reformatierungen und Volumina müssen korrigiert werden</translation>
    </message>
    <message>
        <source>{0} files are there twice (the same SOPInstanceUID) and left out</source>
        <translation>{0} Dateien sind doppelt vorhanden (dieselbe SOPInstanceUID) und werden ausgelassen</translation>
    </message>
    <message>
        <source>{0} files could not be read and are left out</source>
        <translation>{0} Dateien konnten nicht gelesen werden und fehlen</translation>
    </message>
    <message>
        <source>{0} images carry the SOPInstanceUID of another image that lies elsewhere; all are shown</source>
        <translation>{0} Bilder tragen die SOPInstanceUID eines anderen Bildes, das woanders liegt; alle werden gezeigt</translation>
    </message>
    <message>
        <source>{0} slice is missing between the files named here</source>
        <translation>{0} Schicht fehlt zwischen den hier genannten Dateien</translation>
    </message>
    <message>
        <source>{0} slices are missing between the files named here</source>
        <translation>{0} Schichten fehlen zwischen den hier genannten Dateien</translation>
    </message>
    <message>
        <source>{0} slices share their position with another slice; they follow each other by their numbers</source>
        <translation>{0} Schichten teilen ihre Position mit einer anderen; sie folgen einander nach ihren Nummern</translation>
    </message>
</context>
<context>
    <name>SliceBar</name>
    <message>
        <source>Slice</source>
        <translation>Schicht</translation>
    </message>
</context>
<context>
    <name>SparsityView</name>
    <message>
        <source>All pruning is real removal</source>
        <translation>Alles Pruning ist echtes Entfernen</translation>
    </message>
    <message>
        <source>Bar length by parameters; otherwise each bar is one whole layer</source>
        <translation>Balkenlänge nach Parametern; sonst ist jeder Balken eine ganze Schicht</translation>
    </message>
    <message>
        <source>Layers before and after pruning</source>
        <translation>Schichten vor und nach dem Pruning</translation>
    </message>
    <message>
        <source>MACs (work per image)</source>
        <translation>MACs (Arbeit je Bild)</translation>
    </message>
    <message>
        <source>No pruned network to look at yet</source>
        <translation>Noch kein gepruntes Netz zu sehen</translation>
    </message>
    <message>
        <source>Norms and activations too</source>
        <translation>Auch Norm und Aktivierung</translation>
    </message>
    <message>
        <source>Nothing was zeroed</source>
        <translation>Nichts wurde auf null gesetzt</translation>
    </message>
    <message>
        <source>One scale for all layers</source>
        <translation>Gleicher Maßstab</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Show layers that multiply nothing, and follow the channels of others</source>
        <translation>Auch Schichten zeigen, die nichts multiplizieren und den Kanälen anderer folgen</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>Größe auf der Platte</translation>
    </message>
    <message>
        <source>Start a run in the pruning panel, or open the folder of a finished one. Each layer then shows what was kept, removed and zeroed.</source>
        <translation>Starten Sie einen Lauf im Pruning-Bereich, oder öffnen Sie den Ordner eines fertigen. Jede Schicht zeigt dann, was behalten, entfernt und genullt wurde.</translation>
    </message>
    <message>
        <source>Zeroed parameters</source>
        <translation>Genullte Parameter</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>weniger</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>larger</source>
        <translation>größer</translation>
    </message>
    <message>
        <source>more</source>
        <translation>mehr</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>smaller</source>
        <translation>kleiner</translation>
    </message>
    <message>
        <source>zeroed</source>
        <translation>genullt</translation>
    </message>
    <message>
        <source>{change}, {removed} removed</source>
        <translation>{change}, {removed} entfernt</translation>
    </message>
    <message>
        <source>{share} of what is left: not faster</source>
        <translation>{share} des Verbliebenen: nicht schneller</translation>
    </message>
</context>
<context>
    <name>SpeedView</name>
    <message>
        <source>9 of 10 within (p90)</source>
        <translation>9 von 10 innerhalb (p90)</translation>
    </message>
    <message>
        <source>99 of 100 within (p99)</source>
        <translation>99 von 100 innerhalb (p99)</translation>
    </message>
    <message>
        <source>Images per second</source>
        <translation>Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Measured with {runtime} on {device}: {threads} thread(s), batch of {batch}, {warm_up} warm-up runs, then {n} measurements of each network, taken in turns.</source>
        <translation>Gemessen mit {runtime} auf {device}: {threads} Thread(s), Stapel von {batch}, {warm_up} Aufwärmläufe, dann {n} Messungen jedes Netzes, im Wechsel.</translation>
    </message>
    <message>
        <source>Median (p50)</source>
        <translation>Median (p50)</translation>
    </message>
    <message>
        <source>No measurements yet</source>
        <translation>Noch keine Messungen</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Geprunt</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>Verhältnis</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>Größe auf der Platte</translation>
    </message>
    <message>
        <source>Speed and size of both networks</source>
        <translation>Tempo und Größe beider Netze</translation>
    </message>
    <message>
        <source>Start a run in the pruning panel, or open the folder of a finished one. Both networks are then timed in turns on this computer.</source>
        <translation>Starten Sie einen Lauf im Pruning-Bereich, oder öffnen Sie den Ordner eines fertigen. Beide Netze werden dann auf diesem Rechner im Wechsel gemessen.</translation>
    </message>
    <message>
        <source>faster</source>
        <translation>schneller</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>weniger</translation>
    </message>
    <message>
        <source>larger</source>
        <translation>größer</translation>
    </message>
    <message>
        <source>more</source>
        <translation>mehr</translation>
    </message>
    <message>
        <source>slower</source>
        <translation>langsamer</translation>
    </message>
    <message>
        <source>smaller</source>
        <translation>kleiner</translation>
    </message>
    <message>
        <source>{faster}, measured in turns (medians: {change})</source>
        <translation>{faster}, im Wechsel gemessen (Mediane: {change})</translation>
    </message>
    <message>
        <source>{macs}x fewer MACs did not make this network faster here ({speed}): on this computer and at this batch size other costs count. Try another batch size or rounding, or judge it by its size.</source>
        <translation>{macs}x weniger MACs machten dieses Netz hier nicht schneller ({speed}): Auf diesem Rechner und bei dieser Stapelgröße zählen andere Kosten. Versuchen Sie eine andere Stapelgröße oder Rundung, oder beurteilen Sie es nach seiner Größe.</translation>
    </message>
    <message>
        <source>{zeroed} weights are zeroed, not removed: that never makes a network faster here.</source>
        <translation>{zeroed} Gewichte sind genullt, nicht entfernt: Das macht ein Netz hier nie schneller.</translation>
    </message>
</context>
<context>
    <name>StageLine</name>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Nachtrainieren</translation>
    </message>
    <message>
        <source>Prune</source>
        <translation>Prunen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Stage: {name}</source>
        <translation>Stufe: {name}</translation>
    </message>
    <message>
        <source>Stages of the run</source>
        <translation>Stufen des Laufs</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
</context>
<context>
    <name>StudyBrowser</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation>Experiment</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Files or a folder</source>
        <translation>Dateien oder ein Ordner</translation>
    </message>
    <message>
        <source>Files...</source>
        <translation>Dateien...</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>Ordner...</translation>
    </message>
    <message>
        <source>Looking at {0} of {1} files</source>
        <translation>{0} von {1} Dateien durchgesehen</translation>
    </message>
    <message>
        <source>Looking for images ...</source>
        <translation>Bilder werden gesucht ...</translation>
    </message>
    <message>
        <source>No images yet</source>
        <translation>Noch keine Bilder</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>Dateien öffnen</translation>
    </message>
    <message>
        <source>Open files or a folder, or drop them here.</source>
        <translation>Öffnen Sie Dateien oder einen Ordner, oder ziehen Sie sie hierher.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>{0}. {1}, opened {2}</source>
        <translation>{0}. {1}, geöffnet {2}</translation>
    </message>
</context>
<context>
    <name>StudyTree</name>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>1 slice</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>Patient {0}</source>
        <translation>Patient {0}</translation>
    </message>
    <message>
        <source>Series {0}</source>
        <translation>Serie {0}</translation>
    </message>
    <message>
        <source>Studies</source>
        <translation>Studien</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>und {0} weitere</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>{0} weitere</translation>
    </message>
    <message>
        <source>{0} pictures</source>
        <translation>{0} Bilder</translation>
    </message>
    <message>
        <source>{0} slices</source>
        <translation>{0} Bilder</translation>
    </message>
</context>
<context>
    <name>TagBrowser</name>
    <message>
        <source>1 tag found</source>
        <translation>1 Tag gefunden</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alle kopieren</translation>
    </message>
    <message>
        <source>Copy all tags as text. Ctrl+C copies a row, Ctrl+Shift+C its value alone.</source>
        <translation>Alle Tags als Text kopieren. Strg+C kopiert eine Zeile, Strg+Umschalt+C nur deren Wert.</translation>
    </message>
    <message>
        <source>DICOM tags</source>
        <translation>DICOM-Tags</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Image of the series</source>
        <translation>Bild der Serie</translation>
    </message>
    <message>
        <source>No tag found</source>
        <translation>Kein Tag gefunden</translation>
    </message>
    <message>
        <source>Search in the tags</source>
        <translation>In den Tags suchen</translation>
    </message>
    <message>
        <source>Search tag, name or value, such as 0010,0010 or spacing</source>
        <translation>Nach Tag, Name oder Wert suchen, etwa 0010,0010 oder spacing</translation>
    </message>
    <message>
        <source>{0} tags</source>
        <translation>{0} Tags</translation>
    </message>
    <message>
        <source>{0} tags found</source>
        <translation>{0} Tags gefunden</translation>
    </message>
</context>
<context>
    <name>TagModel</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>VR</source>
        <translation>VR</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
</context>
<context>
    <name>TargetRow</name>
    <message>
        <source>A number, whatever the original comes to</source>
        <translation>Eine Zahl, was immer das Original hat</translation>
    </message>
    <message>
        <source>A share of what the original comes to</source>
        <translation>Ein Anteil dessen, was das Original hat</translation>
    </message>
    <message>
        <source>Amount removed</source>
        <translation>Entfernter Anteil</translation>
    </message>
    <message>
        <source>Bytes remaining</source>
        <translation>Verbleibende Bytes</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>Angabe</translation>
    </message>
    <message>
        <source>How large the model file may be</source>
        <translation>Wie groß die Modelldatei sein darf</translation>
    </message>
    <message>
        <source>How long a batch may take, measured on this machine</source>
        <translation>Wie lange ein Stapel dauern darf, gemessen auf diesem Rechner</translation>
    </message>
    <message>
        <source>How many bytes a forward pass may hold at once</source>
        <translation>Wie viele Bytes ein Vorwärtsdurchlauf auf einmal belegen darf</translation>
    </message>
    <message>
        <source>How many parameters may remain</source>
        <translation>Wie viele Parameter bleiben dürfen</translation>
    </message>
    <message>
        <source>How much work per image may remain</source>
        <translation>Wie viel Arbeit je Bild bleiben darf</translation>
    </message>
    <message>
        <source>MACs remaining</source>
        <translation>Verbleibende MACs</translation>
    </message>
    <message>
        <source>Milliseconds</source>
        <translation>Millisekunden</translation>
    </message>
    <message>
        <source>Parameters remaining</source>
        <translation>Verbleibende Parameter</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Spitzenspeicher</translation>
    </message>
    <message>
        <source>Share of the channels or weights that goes</source>
        <translation>Anteil der Kanäle oder Gewichte, der entfällt</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Target in percent</source>
        <translation>Ziel in Prozent</translation>
    </message>
    <message>
        <source>The most that may remain</source>
        <translation>Das Meiste, das bleiben darf</translation>
    </message>
    <message>
        <source>of the original</source>
        <translation>des Originals</translation>
    </message>
    <message>
        <source>outright</source>
        <translation>als Zahl</translation>
    </message>
</context>
<context>
    <name>ToolRow</name>
    <message>
        <source> / s</source>
        <translation> / s</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 Warnung</translation>
    </message>
    <message>
        <source>Size, and which side is where</source>
        <translation>Größe, und welche Seite wo ist</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Layout</translation>
    </message>
    <message>
        <source>Layouts, and what goes together</source>
        <translation>Layouts, und was gemeinsam geschieht</translation>
    </message>
    <message>
        <source>Lengths, angles and regions</source>
        <translation>Längen, Winkel und Bereiche</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>See thick slabs instead of slices</source>
        <translation>Dicke Schichten (Slabs) statt einzelner zeigen</translation>
    </message>
    <message>
        <source>Slab</source>
        <translation>Slab</translation>
    </message>
    <message>
        <source>Slices a second</source>
        <translation>Schichten pro Sekunde</translation>
    </message>
    <message>
        <source>Thickness of the slab</source>
        <translation>Dicke des Slabs</translation>
    </message>
    <message>
        <source>To and fro instead of anew</source>
        <translation>Hin und zurück statt von vorn</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>Fenstervorgaben</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>{0} warnings</source>
        <translation>{0} Warnungen</translation>
    </message>
</context>
<context>
    <name>TrainingSection</name>
    <message>
        <source>After three epochs that brought nothing better</source>
        <translation>Nach drei Epochen ohne Verbesserung</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Stapelgröße</translation>
    </message>
    <message>
        <source>Cross entropy; for label maps Dice and cross entropy together</source>
        <translation>Kreuzentropie; für Labelkarten Dice und Kreuzentropie zusammen</translation>
    </message>
    <message>
        <source>Dice and focal</source>
        <translation>Dice und Focal</translation>
    </message>
    <message>
        <source>End after so many epochs that brought nothing better in validation</source>
        <translation>Enden nach so vielen Epochen ohne bessere Validierung</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>Falls along a cosine</source>
        <translation>Fällt wie ein Kosinus</translation>
    </message>
    <message>
        <source>Focal</source>
        <translation>Focal</translation>
    </message>
    <message>
        <source>Halved on a plateau</source>
        <translation>Halbiert, wenn nichts besser wird</translation>
    </message>
    <message>
        <source>How often every training image is seen</source>
        <translation>Wie oft jedes Trainingsbild gesehen wird</translation>
    </message>
    <message>
        <source>Images in one step; fewer need less memory</source>
        <translation>Bilder in einem Schritt; weniger brauchen weniger Speicher</translation>
    </message>
    <message>
        <source>Keep the moving average of weights, with this decay, such as 0.999</source>
        <translation>Den gleitenden Mittelwert der Gewichte behalten, mit diesem Abklingen, etwa 0,999</translation>
    </message>
    <message>
        <source>Averaging</source>
        <translation>Mittelung</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>Destillation</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Optimiser</source>
        <translation>Optimierer</translation>
    </message>
    <message>
        <source>Rate schedule</source>
        <translation>Ratenverlauf</translation>
    </message>
    <message>
        <source>Share of the original&apos;s answers in what is learnt; the labels have the rest</source>
        <translation>Anteil der Antworten des Originals am Verlust; den Rest haben die Labels</translation>
    </message>
    <message>
        <source>Slowly at first, then faster, towards nothing</source>
        <translation>Erst langsam, dann schneller, bis fast auf null</translation>
    </message>
    <message>
        <source>Stays as it is</source>
        <translation>Bleibt, wie sie ist</translation>
    </message>
    <message>
        <source>Stop early</source>
        <translation>Früh enden</translation>
    </message>
    <message>
        <source>Turns to pixels that are still wrong; for label maps</source>
        <translation>Wendet sich Pixeln zu, die noch falsch sind; für Labelkarten</translation>
    </message>
    <message>
        <source>Turns to the cases that are still wrong; for classes</source>
        <translation>Wendet sich Fällen zu, die noch falsch sind; für Klassen</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>Üblich</translation>
    </message>
    <message>
        <source>Vary images (augmentation)</source>
        <translation>Bilder abwandeln (Augmentation)</translation>
    </message>
    <message>
        <source>Weigh rare classes more</source>
        <translation>Seltene Klassen stärker gewichten</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>Gewichtsabnahme</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Against an original that tells so little, nothing can be said.</source>
        <translation>Gegen ein Original, das so wenig aussagt, lässt sich nichts sagen.</translation>
    </message>
    <message>
        <source>Inconclusive</source>
        <translation>Nicht schlüssig</translation>
    </message>
    <message>
        <source>Inferior</source>
        <translation>Unterlegen</translation>
    </message>
    <message>
        <source>Non-inferior</source>
        <translation>Nicht unterlegen</translation>
    </message>
    <message>
        <source>The interval reaches past the margin: more test cases are needed to tell.</source>
        <translation>Das Intervall reicht über die Grenze hinaus: Für ein Urteil braucht es mehr Testfälle.</translation>
    </message>
    <message>
        <source>The pruned network is at most the margin worse than the original, on these test cases.</source>
        <translation>Das geprunte Netz ist auf diesen Testfällen höchstens um die Grenze schlechter als das Original.</translation>
    </message>
    <message>
        <source>The pruned network is worse than the original by more than the margin. Prune less, or fine-tune longer.</source>
        <translation>Das geprunte Netz ist um mehr als die Grenze schlechter als das Original. Prunen Sie weniger, oder trainieren Sie länger nach.</translation>
    </message>
    <message>
        <source>{decision}: {metric} {before} → {after}, difference {difference} (95 % interval {low} to {high}), margin {margin}</source>
        <translation>{decision}: {metric} {before} → {after}, Differenz {difference} (95-%-Intervall {low} bis {high}), Grenze {margin}</translation>
    </message>
</context>
<context>
    <name>VerdictHeader</name>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>Original (95 % interval)</source>
        <translation>Original (95-%-Intervall)</translation>
    </message>
    <message>
        <source>Pruned (95 % interval)</source>
        <translation>Geprunt (95-%-Intervall)</translation>
    </message>
    <message>
        <source>Quality of both networks</source>
        <translation>Güte beider Netze</translation>
    </message>
    <message>
        <source>{difference} ({low} to {high})</source>
        <translation>{difference} ({low} bis {high})</translation>
    </message>
</context>
<context>
    <name>ViewHistory</name>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Redo {what}</source>
        <translation>&amp;Wiederholen: {what}</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Undo {what}</source>
        <translation>&amp;Rückgängig: {what}</translation>
    </message>
    <message>
        <source>display</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>inversion</source>
        <translation>Invertierung</translation>
    </message>
    <message>
        <source>look of what lies over it</source>
        <translation>Darstellung dessen, was darüber liegt</translation>
    </message>
    <message>
        <source>moved figure</source>
        <translation>verschobene Figur</translation>
    </message>
    <message>
        <source>new figure</source>
        <translation>neue Figur</translation>
    </message>
    <message>
        <source>removed figure</source>
        <translation>entfernte Figur</translation>
    </message>
    <message>
        <source>removed figures</source>
        <translation>entfernte Figuren</translation>
    </message>
    <message>
        <source>turning</source>
        <translation>Drehung</translation>
    </message>
    <message>
        <source>window</source>
        <translation>Fensterung</translation>
    </message>
    <message>
        <source>zoom or place</source>
        <translation>Zoom oder Lage</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>&amp;Layout</source>
        <translation>&amp;Layout</translation>
    </message>
    <message>
        <source>Active image alone, or back</source>
        <translation>Aktives Bild allein</translation>
    </message>
    <message>
        <source>Choose another folder, and a name that ends in .png or .jpg</source>
        <translation>Wählen Sie einen anderen Ordner und einen Namen, der auf .png oder .jpg endet</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>Cine</translation>
    </message>
    <message>
        <source>Flip left and right</source>
        <translation>Links und rechts spiegeln</translation>
    </message>
    <message>
        <source>Flip top and bottom</source>
        <translation>Oben und unten spiegeln</translation>
    </message>
    <message>
        <source>Four images</source>
        <translation>Vier Bilder</translation>
    </message>
    <message>
        <source>Highest values (MIP)</source>
        <translation>Höchste Werte (MIP)</translation>
    </message>
    <message>
        <source>Image {0}</source>
        <translation>Bild {0}</translation>
    </message>
    <message>
        <source>Lowest values (MinIP)</source>
        <translation>Niedrigste Werte (MinIP)</translation>
    </message>
    <message>
        <source>Mean values</source>
        <translation>Mittlere Werte</translation>
    </message>
    <message>
        <source>One image</source>
        <translation>Ein Bild</translation>
    </message>
    <message>
        <source>One pixel to one</source>
        <translation>Ein Pixel zu einem</translation>
    </message>
    <message>
        <source>Open one first</source>
        <translation>Öffnen Sie zuerst eines</translation>
    </message>
    <message>
        <source>Pan together</source>
        <translation>Gemeinsam verschieben</translation>
    </message>
    <message>
        <source>Run through the slices</source>
        <translation>Schichten durchlaufen</translation>
    </message>
    <message>
        <source>Scroll together</source>
        <translation>Gemeinsam blättern</translation>
    </message>
    <message>
        <source>Single slices</source>
        <translation>Einzelne Schichten</translation>
    </message>
    <message>
        <source>The picture cannot be written</source>
        <translation>Das Bild kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>There is no image to save</source>
        <translation>Es gibt kein Bild zu speichern</translation>
    </message>
    <message>
        <source>Three planes (MPR)</source>
        <translation>Drei Ebenen (MPR)</translation>
    </message>
    <message>
        <source>True size (about)</source>
        <translation>Wahre Größe (ungefähr)</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Nach links drehen</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Nach rechts drehen</translation>
    </message>
    <message>
        <source>Two images</source>
        <translation>Zwei Bilder</translation>
    </message>
    <message>
        <source>Window together</source>
        <translation>Gemeinsam fenstern</translation>
    </message>
    <message>
        <source>Zoom together</source>
        <translation>Gemeinsam zoomen</translation>
    </message>
</context>
<context>
    <name>Viewport</name>
    <message>
        <source>Choose a series in the list, or drag one here.</source>
        <translation>Wählen Sie in der Liste eine Serie, oder ziehen Sie eine hierher.</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>Image {0}</source>
        <translation>Bild {0}</translation>
    </message>
</context>
<context>
    <name>WarningsDialog</name>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Warnings: {0}</source>
        <translation>Warnungen: {0}</translation>
    </message>
</context>
<context>
    <name>WindowMenu</name>
    <message>
        <source>From the file</source>
        <translation>Aus der Datei</translation>
    </message>
    <message>
        <source>Look-up table of the file</source>
        <translation>Look-up-Tabelle der Datei</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>A run is going on</source>
        <translation>Ein Lauf ist im Gange</translation>
    </message>
    <message>
        <source>Open a run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>Stop the run and close? What it has reached is kept, and it can be resumed.</source>
        <translation>Den Lauf anhalten und schließen? Was er erreicht hat, bleibt erhalten; er kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The window speaks {0} when MedPrune is started again.</source>
        <translation>Das Fenster spricht {0}, wenn MedPrune neu gestartet wird.</translation>
    </message>
    <message>
        <source>There is nothing to save yet: choose a data set first.</source>
        <translation>Noch gibt es nichts zu speichern: Wählen Sie zuerst einen Datensatz.</translation>
    </message>
</context>
</TS>
