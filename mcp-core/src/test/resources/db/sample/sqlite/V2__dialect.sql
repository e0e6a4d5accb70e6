insert into sample (word) values ('sqlite');
