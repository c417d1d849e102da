"""Packages in C++, and one with C libraries of its own, linked into the Python this runs on."""

import greenlet
import psycopg
import psycopg.sql
import ujson
from lxml import etree, objectify
from nacl.public import PrivateKey, SealedBox


def count(limit):
    for number in range(limit):
        main.switch(number)
    raise ValueError("at the end")


main = greenlet.getcurrent()
counter = greenlet.greenlet(count)
assert [counter.switch(3)] + [counter.switch() for _ in range(2)] == [0, 1, 2]
try:
    counter.switch()
    raise AssertionError("an exception crosses from one greenlet to another")
except ValueError as error:
    assert str(error) == "at the end" and counter.dead

root = etree.fromstring("<notes><note id='1'>one</note><note id='2'>zwö</note></notes>")
assert root.xpath("//note[@id > 1]/text()") == ["zwö"]
style = etree.XSLT(etree.XML("""
    <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
      <xsl:template match="/"><list><xsl:for-each select="//note"><i><xsl:value-of select="."/></i></xsl:for-each></list></xsl:template>
    </xsl:stylesheet>"""))
assert str(style(root)).endswith("<list><i>one</i><i>zwö</i></list>\n")
schema = etree.RelaxNG(etree.XML("""
    <element name="notes" xmlns="http://relaxng.org/ns/structure/1.0">
      <oneOrMore><element name="note"><attribute name="id"/><text/></element></oneOrMore>
    </element>"""))
assert schema.validate(root) and not schema.validate(etree.XML("<notes/>"))
assert objectify.fromstring(etree.tostring(root)).note[1].text == "zwö"
try:
    etree.fromstring("<a><b></a>")
except etree.XMLSyntaxError as error:
    assert error.lineno == 1

assert ujson.loads(ujson.dumps({"pi": 3.141592653589793, "text": "ä"})) == {"pi": 3.141592653589793, "text": "ä"}
assert psycopg.pq.__impl__ == "c" and psycopg.pq.version() >= 170000
assert psycopg.sql.Literal("it's").as_string() == "'it''s'"
try:
    psycopg.connect("host=127.0.0.1 port=1 user=nobody sslmode=require")
except psycopg.OperationalError as error:
    assert "Connection refused" in str(error)

key = PrivateKey.generate()
assert SealedBox(key).decrypt(SealedBox(key.public_key).encrypt(b"secret")) == b"secret"
print("linked in: greenlet, lxml, ujson, psycopg, PyNaCl")
