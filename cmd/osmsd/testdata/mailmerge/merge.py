"""Merges letters with LibreOffice: merge.py LETTER.docx DATA.csv OUT.pdf|OUT/

LETTER.docx is the letter of the data's first line. Wherever it says what that
line says, the template gets a field of the column, so that the merge prints the
text of the letter and nothing else. The result is one PDF, or a folder with a
PDF for each line. Prints the seconds that the merge itself took.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

TABLE, FILE, SHELL = 0, 2, 4  # com.sun.star.sdb.CommandType, com.sun.star.text.MailMergeType
PDF = "writer_pdf_Export"
WAIT = 120  # seconds for the office to start


def values(**named):
    return tuple(PropertyValue(Name=k, Value=v) for k, v in named.items())


def connect(profile):
    """Starts an office of its own and returns its process and context."""
    pipe = "osmsd-merge-%d" % os.getpid()
    office = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", "--nodefault",
                               "-env:UserInstallation=" + profile, "--accept=pipe,name=%s;urp" % pipe])
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(WAIT * 10):
        try:
            return office, resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except NoConnectException:
            if office.poll() is not None:
                break
            time.sleep(0.1)
    office.terminate()
    sys.exit("soffice did not start")


def register(create, folder, data):
    """Makes the folder of the data, as CSV, a data source."""
    context = create("com.sun.star.sdb.DatabaseContext")
    source = context.createInstance()
    source.URL = "sdbc:flat:" + uno.systemPathToFileUrl(os.path.dirname(data))
    source.Info = values(HeaderLine=True, FieldDelimiter=",", StringDelimiter='"', Extension="csv", CharSet="UTF-8")
    source.DatabaseDocument.storeAsURL(uno.systemPathToFileUrl(os.path.join(folder, "data.odb")), ())
    context.registerObject("letters", source)


def template(desktop, folder, letter, data):
    """Turns the letter of the first line into a template of fields."""
    with open(data, encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(letter), "_blank", 0, values(Hidden=True))
    for column, value in sorted(first.items(), key=lambda item: -len(item[1])):
        master = document.createInstance("com.sun.star.text.fieldmaster.Database")
        master.DataBaseName, master.DataTableName, master.DataColumnName = "letters", table(data), column
        search = document.createSearchDescriptor()
        search.SearchString, search.SearchCaseSensitive = value, True
        found = document.findAll(search)
        if found.Count == 0:
            sys.exit("the letter does not say its " + column)
        for i in range(found.Count):
            place = found.getByIndex(i)
            field = document.createInstance("com.sun.star.text.textfield.Database")
            field.attachTextFieldMaster(master)
            place.Text.insertTextContent(place, field, True)
    url = uno.systemPathToFileUrl(os.path.join(folder, "template.odt"))
    document.storeAsURL(url, values(FilterName="writer8"))
    document.close(True)
    return url


def table(data):
    return os.path.splitext(os.path.basename(data))[0]


def main(letter, data, out):
    letter, data, out = map(os.path.abspath, (letter, data, out))
    with tempfile.TemporaryDirectory() as folder:
        office, context = connect(uno.systemPathToFileUrl(os.path.join(folder, "profile")))

        def create(name):
            return context.ServiceManager.createInstanceWithContext(name, context)

        desktop = create("com.sun.star.frame.Desktop")
        try:
            register(create, folder, data)
            merge = create("com.sun.star.text.MailMerge")
            merge.DocumentURL = template(desktop, folder, letter, data)
            merge.DataSourceName, merge.CommandType, merge.Command = "letters", TABLE, table(data)
            began = time.monotonic()
            if out.endswith(".pdf"):
                merge.OutputType = SHELL
                merged = merge.execute(())
                merged.storeToURL(uno.systemPathToFileUrl(out), values(FilterName=PDF))
            else:
                merge.OutputType, merge.SaveFilter, merge.FileNamePrefix = FILE, PDF, "letter"
                merge.OutputURL = uno.systemPathToFileUrl(out)
                merge.execute(())
            print("%.3f" % (time.monotonic() - began))
        finally:
            try:
                desktop.terminate()
            except DisposedException:  # it is gone before it can answer
                pass
            office.wait(WAIT)


main(*sys.argv[1:])
